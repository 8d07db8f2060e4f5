-- What wrk sends: the percent-encoded queries in the file QUERIES, one after the other, from place
-- START on, to ADDRESS, in the MANNER of workloads.py. At its end it writes its measurements as a
-- line of JSON.
local queries, at, count, address, manner
local headers = { ["Accept"] = "application/sparql-results+json" }

function setup(thread)
  count = (count or -1) + 1
  thread:set("first", count)
end

function init()
  queries = {}
  for line in io.lines(os.getenv("QUERIES")) do queries[#queries + 1] = line end
  at = (tonumber(os.getenv("START")) + first * math.floor(#queries / 7)) % #queries
  address, manner = os.getenv("ADDRESS"), os.getenv("MANNER")
  if manner ~= "get" then headers["Accept-Encoding"] = "gzip" end
  if manner == "post" then headers["Content-Type"] = "application/x-www-form-urlencoded" end
end

function request()
  at = at % #queries + 1
  if manner == "post" then
    return wrk.format("POST", address:sub(1, -2), headers, "query=" .. queries[at])
  end
  local format = manner == "format" and "&format=json" or ""
  return wrk.format("GET", address .. "query=" .. queries[at] .. format, headers)
end

function done(summary, latency, requests)
  local failed = summary.errors.status + summary.errors.timeout + summary.errors.connect
    + summary.errors.read + summary.errors.write
  io.write(string.format(
    '\nJSON {"requests": %d, "failed": %d, "seconds": %f, "bytes": %d, "p50": %f, "p99": %f}\n',
    summary.requests, failed, summary.duration / 1e6, summary.bytes,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
