"""The load on the site that `bench.faults` breaks: wrk asks for pages, and counts the answers."""

import subprocess
import threading
import time

from bench.fault_site import CONNECTIONS, Site

# Seconds of one run of wrk.
DURATION = 24
# Pages of which most are kept ready, and searches, of which none is.
SCRIPT = """
local threads = {}
local paths = {"/", "/en/", "/goals/", "/en/topics/", "/sources/", "/about/", "/feed/"}
function setup(thread) table.insert(threads, thread) end
function init(args)
  ok, moved, refused, failed, number = 0, 0, 0, 0, 0
  math.randomseed(os.time())
end
function request()
  number = number + 1
  if number % 50 == 0 then return wrk.format("GET", "/?q=" .. math.random(1, 1000000)) end
  return wrk.format("GET", paths[number % #paths + 1])
end
function response(status)
  if status < 300 then ok = ok + 1 elseif status < 400 then moved = moved + 1
  elseif status < 500 then refused = refused + 1 else failed = failed + 1 end
end
function done(summary)
  local sums = {ok = 0, moved = 0, refused = 0, failed = 0}
  for _, thread in ipairs(threads) do
    for name, sum in pairs(sums) do sums[name] = sum + thread:get(name) end
  end
  local errors = summary.errors
  print(string.format("COUNTS %d %d %d %d %d", sums.ok, sums.moved, sums.refused, sums.failed,
    errors.connect + errors.read + errors.write + errors.timeout))
end
"""


def pages_under_load(site: Site, happening: threading.Thread) -> list[int]:
    """Ask for pages while this happens, and for DURATION at least. Returns the counts of an Outcome."""
    script = site.log.with_name("load.lua")
    script.write_text(SCRIPT)
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{DURATION}s", "-s", str(script)]
    pages = [0] * 5
    while True:
        output = subprocess.run(
            [*command, f"http://127.0.0.1:{site.port}/"], capture_output=True, text=True
        ).stdout
        found = [line for line in output.splitlines() if line.startswith("COUNTS")]
        for line in found:
            pages = [sum(pair) for pair in zip(pages, map(int, line.split()[1:]), strict=True)]
        if not happening.is_alive():
            return pages
        if not found:
            # wrk ends at once if nothing listens when it starts.
            time.sleep(1)
