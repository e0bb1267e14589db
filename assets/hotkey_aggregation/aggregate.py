#!/usr/bin/python3 -IS
# SPDX-License-Identifier: Apache-2.0
"""Groups rows by key, one of which is hot: count, sum and percentiles in each window.

usage: aggregate.py UNITS
"""
import sys
import zlib
from itertools import islice

INPUT = 'requests.csv'
ROWS_PER_UNIT = 1000  # and in a window
PERCENTILES = (50, 90, 99)


def endless_rows(path):
    """The rows of the file without its header; after its end it begins again."""
    while True:
        with open(path, encoding='utf-8') as file:
            next(file)
            yield from file


def group(rows):
    groups = {}
    for row in rows:
        _, customer, _, latency = row.split(',')
        values = groups.get(customer)
        if values is None:
            values = groups[customer] = []
        values.append(int(latency))
    return groups


def summary(customer, values):
    values.sort()
    ranks = [values[(len(values) - 1) * percentile // 100] for percentile in PERCENTILES]
    return f'{customer},{len(values)},{sum(values)},{",".join(map(str, ranks))}\n'


def main(units):
    rows = endless_rows(INPUT)
    count = crc = hottest = 0
    for _ in range(units):
        groups = group(islice(rows, ROWS_PER_UNIT))
        for customer in sorted(groups):
            hottest = max(hottest, len(groups[customer]))
            crc = zlib.crc32(summary(customer, groups[customer]).encode(), crc)
        count += len(groups)
    print(f'{units * ROWS_PER_UNIT} rows, {count} groups, largest {hottest}, crc32 {crc:08x}')


if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or int(sys.argv[1]) < 1:
    sys.exit(f'usage: {sys.argv[0]} UNITS')
main(int(sys.argv[1]))
