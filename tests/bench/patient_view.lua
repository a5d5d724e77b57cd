-- Posts one file again and again.
--   wrk -c16 -d5s -s patient_view.lua http://127.0.0.1:PORT -- FILE [PATH [TOKEN]]
-- FILE, PATH and TOKEN may also come from the environment as BODY_FILE, REQUEST_PATH, BEARER_TOKEN; with
-- TOKENS_FILE each call takes the next line of that file as its token.
-- Anything but 200 is counted and reported, because a fast refusal is no speed.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  local file = args[1] or os.getenv("BODY_FILE")
  if not file then error("no body file given") end
  local handle = assert(io.open(file, "rb"))
  local body = handle:read("*a")
  handle:close()
  local headers = { ["Content-Type"] = "application/json" }
  local token = args[3] or os.getenv("BEARER_TOKEN")
  if token then headers["Authorization"] = "Bearer " .. token end
  local path = args[2] or os.getenv("REQUEST_PATH") or "/cds-services/plumbline-patient-view"
  message = wrk.format("POST", path, headers, body)
  refused = 0
  local file_of_tokens = os.getenv("TOKENS_FILE")
  if file_of_tokens then
    tokens, used = {}, 0
    for line in io.lines(file_of_tokens) do table.insert(tokens, line) end
    headers["Authorization"] = "Bearer TOKEN"
    before, after = wrk.format("POST", path, headers, body):match("^(.-)TOKEN(.*)$")
  end
end

function request()
  if not tokens then return message end
  used = used + 1
  return before .. (tokens[used] or "") .. after
end

function response(status)
  if status ~= 200 then refused = refused + 1 end
end

function done(summary, latency)
  local refusals = 0
  for _, thread in ipairs(threads) do refusals = refusals + thread:get("refused") end
  local seconds = summary.duration / 1e6
  print(string.format('{"requests":%d,"refused":%d,"perSecond":%.0f,"p50ms":%.3f,"p99ms":%.3f,"p999ms":%.3f}',
    summary.requests, refusals, summary.requests / seconds,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency:percentile(99.9) / 1000))
end
