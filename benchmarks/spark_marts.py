"""The marts of a state folder by Spark in local mode, each compared with DuckDB's row by row.

python benchmarks/spark_marts.py .ghost/real

Needs the extra `spark` and Java 17 or newer, and a warehouse that is up to date. Ends with 1 if a mart is not equal.
"""

import argparse
import sys
import time
from pathlib import Path

from ghost_pipeline.pipeline.platform import Platform
from ghost_pipeline.settings import Settings
from ghost_pipeline.storage.spark_marts import TOLERANCE, compare_marts, local_spark


def main() -> None:
    """Print a row for each mart, then what is not equal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path, help="state folder, as .ghost or .ghost/real")
    warehouse = Platform(Settings(home=parser.parse_args().home)).warehouse
    began = time.perf_counter()
    with local_spark() as session:
        compared = compare_marts(session, warehouse)
    print("| mart | rows | numbers with a fraction | largest difference |\n|---|---|---|---|")
    for mart in compared:
        print(f"| {mart.name} | {mart.rows:,} | {mart.numbers:,} | {mart.largest_difference:.1e} |")
    print(f"{time.perf_counter() - began:.0f} s; equal is a difference of at most {TOLERANCE}")
    faults = [f"{mart.name}.{fault}" for mart in compared for fault in mart.faults]
    sys.exit("\n".join(faults) or 0)


if __name__ == "__main__":
    main()
