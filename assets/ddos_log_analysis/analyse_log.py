#!/usr/bin/python3 -IS
# SPDX-License-Identifier: Apache-2.0
"""Looks for attacks in a compressed access log: sessions, rates, and each minute's top talkers.

usage: analyse_log.py UNITS
"""
import sys
import zlib
from itertools import islice

INPUT = 'access.log.gz'
LINES_PER_UNIT = 500
GZIP_FORMAT = 31
READ_BYTES = 8 << 10
SESSION_GAP_S = 600
DAY_S = 86400
TALKERS = 10
SPIKE_FACTOR = 3


def lines(path):
    unpacker = zlib.decompressobj(GZIP_FORMAT)
    rest = b''
    with open(path, 'rb', buffering=0) as file:
        while packed := file.read(READ_BYTES):
            *whole, rest = (rest + unpacker.decompress(packed)).split(b'\n')
            yield from whole
    if not unpacker.eof:
        sys.exit(f'analyse: {path} is cut short')


def events(path):
    """(second, client, failed) of each line; after the log's end it begins again, a day later."""
    day = 0
    while True:
        for line in lines(path):
            client, _, _, stamp, rest = line.split(b' ', 4)
            _, hours, minutes, seconds = stamp.split(b':')
            second = day + int(hours) * 3600 + int(minutes) * 60 + int(seconds)
            yield second, client, rest.split(b'"', 2)[2].startswith(b' 5')
        day += DAY_S


class Analysis:
    def __init__(self):
        self.sessions = self.spikes = self.crc = 0
        self.last_seen = {}
        self.minute = None
        self.usual_rate = 0.0
        self.begin_minute()

    def begin_minute(self):
        self.requests, self.failed = {}, 0
        self.rates = [0] * 60

    def add(self, second, client, failed):
        minute = second // 60
        if minute != self.minute:
            self.end_minute()
            self.minute = minute
        if second - self.last_seen.get(client, -DAY_S) > SESSION_GAP_S:
            self.sessions += 1
        self.last_seen[client] = second
        self.requests[client] = self.requests.get(client, 0) + 1
        self.rates[second % 60] += 1
        self.failed += failed

    def end_minute(self):
        if not self.requests:
            return
        peak, mean = max(self.rates), sum(self.rates) / 60
        self.usual_rate = 0.8 * self.usual_rate + 0.2 * mean if self.usual_rate else mean
        self.spikes += peak > SPIKE_FACTOR * self.usual_rate
        talkers = sorted(self.requests.items(), key=lambda item: (-item[1], item[0]))[:TALKERS]
        found = f'{self.minute},{peak},{mean:.3f},{self.failed},{self.sessions},{talkers}\n'
        self.crc = zlib.crc32(found.encode(), self.crc)
        self.begin_minute()


def main(units):
    analysis = Analysis()
    for event in islice(events(INPUT), units * LINES_PER_UNIT):
        analysis.add(*event)
    analysis.end_minute()
    print(f'{units * LINES_PER_UNIT} lines, {analysis.sessions} sessions, {analysis.spikes} minutes '
          f'with a spike, crc32 {analysis.crc:08x}')


if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or int(sys.argv[1]) < 1:
    sys.exit(f'usage: {sys.argv[0]} UNITS')
main(int(sys.argv[1]))
