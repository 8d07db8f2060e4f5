-- What wrk sends: the addresses in the file PATHS, one after the other, from place START on.
-- At its end it writes its measurements as a line of JSON.
local paths, at, count, accept

function setup(thread)
  count = (count or -1) + 1
  thread:set("first", count)
end

function init()
  paths = {}
  for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
  at = (tonumber(os.getenv("START")) + first * math.floor(#paths / 7)) % #paths
  accept = os.getenv("ACCEPT")
end

function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at], { ["Accept"] = accept })
end

function done(summary, latency, requests)
  local failed = summary.errors.status + summary.errors.timeout + summary.errors.connect
    + summary.errors.read + summary.errors.write
  io.write(string.format(
    '\nJSON {"requests": %d, "failed": %d, "seconds": %f, "bytes": %d, "p50": %f, "p99": %f}\n',
    summary.requests, failed, summary.duration / 1e6, summary.bytes,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
