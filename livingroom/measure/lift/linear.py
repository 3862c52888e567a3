"""Least squares with errors that do not assume equal noise: HC3, and clusters with a small-sample correction."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Fit:
    """Least squares.

    Parameters
    ----------
    coefficients : array, shape (k,)
        The solution.
    residuals : array, shape (n,)
        What it leaves.
    hat : array, shape (n,)
        Leverage of each observation.
    inverse : array, shape (k, k)
        (X'X)⁻¹.
    design : array, shape (n, k)
        X.
    """

    coefficients: Floats
    residuals: Floats
    hat: Floats
    inverse: Floats
    design: Floats

    @property
    def df(self) -> int:
        """Degrees of freedom that are left: n − k."""
        return int(self.design.shape[0] - self.design.shape[1])


def independent_columns(design: Floats) -> Floats:
    """Return the columns that add something, in their order: dummies of strata often repeat each other."""
    scale = np.linalg.norm(design, axis=0)
    kept: list[int] = []
    basis = np.zeros((design.shape[0], 0))
    for column in range(design.shape[1]):
        rest = design[:, column] - basis @ (basis.T @ design[:, column])
        rest -= basis @ (basis.T @ rest)
        size = float(np.linalg.norm(rest))
        if size > 1e-9 * max(float(scale[column]), 1e-300):
            kept.append(column)
            basis = np.column_stack([basis, rest / size])
    return design[:, kept]


def least_squares(design: Floats, outcome: Floats) -> Fit:
    """Solve by ordinary least squares.

    Parameters
    ----------
    design : array, shape (n, k)
        Independent columns.
    outcome : array, shape (n,)
        What is explained.

    Returns
    -------
    Fit

    Raises
    ------
    numpy.linalg.LinAlgError
        If the columns depend on each other.
    """
    orthogonal, triangle = np.linalg.qr(design)
    if np.abs(np.diag(triangle)).min() < 1e-11 * np.abs(np.diag(triangle)).max():
        raise np.linalg.LinAlgError("Columns of the design depend on each other.")
    coefficients = np.linalg.solve(triangle, orthogonal.T @ outcome)
    root = np.linalg.inv(triangle)
    hat = np.einsum("ij,ij->i", orthogonal, orthogonal)
    return Fit(coefficients, outcome - design @ coefficients, hat, root @ root.T, design)


def hc3(fit: Fit) -> Floats:
    """Return the covariance of the coefficients, shape (k, k), that allows each observation its own noise.

    Source: MacKinnon and White 1985, their HC3: residual² / (1 − leverage)².
    """
    scaled = fit.design * (fit.residuals / np.maximum(1 - fit.hat, 1e-9))[:, None]
    covariance: Floats = fit.inverse @ (scaled.T @ scaled) @ fit.inverse
    return covariance


def hc2(fit: Fit) -> Floats:
    """Return the covariance of the coefficients, shape (k, k), unbiased when the noise is equal: residual² / (1 − leverage).

    Source: MacKinnon and White 1985; for experiments Lin 2013.
    """
    scaled = fit.design * (fit.residuals / np.sqrt(np.maximum(1 - fit.hat, 1e-9)))[:, None]
    covariance: Floats = fit.inverse @ (scaled.T @ scaled) @ fit.inverse
    return covariance
