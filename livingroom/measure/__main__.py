"""`python -m livingroom.measure`: the commands of this room without the rest of the house."""

from livingroom.measure.cli import measure

if __name__ == "__main__":
    measure(prog_name="livingroom measure")
