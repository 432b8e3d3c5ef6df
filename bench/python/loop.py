"""The processor over frames that are ready: what no toolchain can be faster than. Prints the seconds of the loop.

loop.py PLUGIN INPUT ROUNDS
"""

import json
import sys
import time

from common import BATCH, frame, work

plugin, source, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open(source, encoding="utf-8") as lines:
    texts = [json.loads(line)["text"] for line in lines]
frames = [frame(texts[i : i + BATCH], i) for i in range(0, len(texts), BATCH)]
process = work(plugin, rounds)
process(frame(texts[:BATCH], 0))
started = time.perf_counter()
for one in frames:
    process(one)
print(time.perf_counter() - started)
