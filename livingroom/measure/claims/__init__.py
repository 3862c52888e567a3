"""A claim: a figure frozen with its evidence, so that anyone can recompute it. docs/methods/claim.md explains."""

from livingroom.measure.claims.build import Claim, build
from livingroom.measure.claims.difference import Difference, TableChange, differences, table_changes
from livingroom.measure.claims.document import load_claim, to_json, write_json
from livingroom.measure.claims.inputs import ClaimInputs, Terms
from livingroom.measure.claims.pdf import to_pdf, write_pdf
from livingroom.measure.claims.verify import Verdict, verify

__all__ = [
    "Claim",
    "ClaimInputs",
    "Difference",
    "TableChange",
    "Terms",
    "Verdict",
    "build",
    "differences",
    "load_claim",
    "table_changes",
    "to_json",
    "to_pdf",
    "verify",
    "write_json",
    "write_pdf",
]
