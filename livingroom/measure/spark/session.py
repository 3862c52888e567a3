"""A session on a Spark master, or a sentence that says why there is none."""

import importlib.util
import os
import re
import shutil
import socket
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from livingroom.measure.problems import InputError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

INSTALL = "pip install 'livingroom[spark]'  (or: pip install 'pyspark>=4.3,<5')"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_MASTER = re.compile(r"spark://(?P<host>[^:/\s]+|\[[0-9a-fA-F:]+\]):(?P<port>\d+)|local(\[(\d+|\*)\])?")
_UNITS = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}
# Below this Spark refuses to start an executor.
_LEAST_MIB = 512


def is_spark(engine: str) -> bool:
    """Whether the name of an engine is a Spark master's."""
    return engine.startswith(("spark:", "local"))


def connect_spark(
    master: str,
    *,
    memory: str | None = None,
    cores: int | None = None,
    settings: dict[str, str] | None = None,
    seconds_to_wait: float = 60,
) -> "SparkSession":
    """Open a session.

    Parameters
    ----------
    master : str
        `spark://host:port` for a standalone master, or `local[n]` for n threads of this machine.
    memory : str, optional
        The ceiling of every executor, such as "2GB"; on `local[n]` that of this machine.
    cores : int, optional
        How many cores to take from the cluster; all by default.
    settings : dict, optional
        Any settings of Spark's own; they go before ours.
    seconds_to_wait : float
        How long a worker may take to come forward.

    Returns
    -------
    pyspark.sql.SparkSession
        Stop it with `.stop()`.

    Raises
    ------
    InputError
        PySpark or Java is missing, the master's name cannot be read, nobody answers there, or no worker comes.
    """
    found = _MASTER.fullmatch(master)
    if found is None:
        raise InputError([f"{master!r} is no engine. Write duckdb, spark://host:7077 or local[2]."])
    _check_installed(master)
    if found["host"]:
        _check_master(found["host"], int(found["port"]))
    is_near = found["host"] is None or found["host"] in LOOPBACK
    session = _start(master, _settings(memory, cores, is_near=is_near) | (settings or {}))
    if found["host"]:
        _await_worker(session, master, seconds_to_wait)
    return session


def _check_installed(master: str) -> None:
    if importlib.util.find_spec("pyspark") is None:
        raise InputError(
            [f"The engine {master} needs PySpark, which is not installed. Install it: {INSTALL}"]
        )
    home = os.environ.get("JAVA_HOME", "")
    if not Path(home, "bin", "java").exists() and shutil.which("java") is None:
        raise InputError(
            [
                "Spark needs Java 17, which is not installed. Install it: apt-get install -y openjdk-17-jre-headless"
            ]
        )


def _start(master: str, settings: dict[str, str]) -> "SparkSession":
    with warnings.catch_warnings():
        # It warns of pandas, which we do not use.
        warnings.simplefilter("ignore", FutureWarning)
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.master(master).appName("livingroom measure")
        for name, value in settings.items():
            builder = builder.config(name, value)
        try:
            return builder.getOrCreate()
        except Exception as error:
            first = str(error).strip().splitlines()[0]
            raise InputError([f"Spark did not start on {master}: {first}"]) from error


def _check_master(host: str, port: int) -> None:
    # Spark itself would try for a minute and then stop with a stack trace.
    try:
        socket.create_connection((host.strip("[]"), port), timeout=5).close()
    except OSError as error:
        raise InputError(
            [f"No Spark master answers at {host}:{port} ({error.strerror or error})."]
        ) from error


def _settings(memory: str | None, cores: int | None, *, is_near: bool) -> dict[str, str]:
    settings = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
    }
    if is_near:
        # Nothing of this leaves the machine, whatever its name resolves to.
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    if memory is not None:
        size = f"{_mebibytes(memory)}m"
        settings |= {"spark.executor.memory": size, "spark.driver.memory": size}
    if cores is not None:
        settings["spark.cores.max"] = str(cores)
    return settings


def _mebibytes(memory: str) -> int:
    found = re.fullmatch(r"([\d.]+)\s*([KMGT]i?B)", memory.strip(), re.IGNORECASE)
    if found is None:
        raise InputError([f"{memory!r} is no amount of memory. Write 2GB or 500MB."])
    size = int(float(found[1]) * _UNITS[found[2].upper()] / 2**20)
    if size < _LEAST_MIB:
        raise InputError([f"Spark needs at least {_LEAST_MIB} MiB; {memory} is less."])
    return size


def _await_worker(session: "SparkSession", master: str, seconds: float) -> None:
    """Wait for the first executor: without one Spark would wait for ever and say nothing."""
    java: Any = session.sparkContext._jsc
    end = time.monotonic() + seconds
    while java.sc().getExecutorMemoryStatus().size() < 2:  # the driver is one of them
        if time.monotonic() > end:
            session.stop()
            raise InputError(
                [
                    f"{master} has no worker with enough free cores and memory after {seconds:.0f} s. "
                    "Start one, or ask for less with --memory and --threads."
                ]
            )
        time.sleep(0.1)
