#!/usr/bin/python3 -IS
# SPDX-License-Identifier: Apache-2.0
"""Parses an access log, adds it up by hour, page and status, and compresses the report.

usage: process_log.py UNITS
"""
import sys
import zlib
from itertools import islice

INPUT = 'access.log'
LINES_PER_UNIT = 320
GZIP_FORMAT = 31


def endless_lines(path):
    """The lines of the file; after its end it begins again."""
    while True:
        with open(path, encoding='utf-8') as file:
            yield from file


def parse(line):
    """(hour, page, status, bytes, client), or None where there is no request in the line."""
    head, request, outcome, *_ = line.split('"')
    words = request.split(' ')
    if len(words) != 3:
        return None
    client, _, _, stamp, _ = head.split(' ', 4)
    status, size = outcome.split()
    page = words[1].partition('?')[0]
    return stamp[1:15], page, status, 0 if size == '-' else int(size), client


class Report:
    """The rows of one hour after the other, compressed as they come."""

    def __init__(self):
        self.packer = zlib.compressobj(6, zlib.DEFLATED, GZIP_FORMAT)
        self.rows = self.crc = 0
        self.hour = None
        self.groups = {}

    def add(self, hour, page, status, size, client):
        if hour != self.hour:
            self.end_hour()
            self.hour = hour
        group = self.groups.get((page, status))
        if group is None:
            group = self.groups[page, status] = [0, 0, set()]
        group[0] += 1
        group[1] += size
        group[2].add(client)

    def end_hour(self):
        for (page, status), (requests, size, clients) in sorted(self.groups.items()):
            row = f'{self.hour},{page},{status},{requests},{size},{len(clients)}\n'
            self.put(self.packer.compress(row.encode()))
        self.rows += len(self.groups)
        self.groups = {}

    def put(self, packed):
        self.crc = zlib.crc32(packed, self.crc)

    def end(self):
        self.end_hour()
        self.put(self.packer.flush())


def main(units):
    report = Report()
    bad = 0
    for line in islice(endless_lines(INPUT), units * LINES_PER_UNIT):
        entry = parse(line)
        if entry:
            report.add(*entry)
        else:
            bad += 1
    report.end()
    print(f'{units * LINES_PER_UNIT} lines, {bad} bad, {report.rows} rows, crc32 {report.crc:08x}')


if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or int(sys.argv[1]) < 1:
    sys.exit(f'usage: {sys.argv[0]} UNITS')
main(int(sys.argv[1]))
