-- All rows, in the order of the report. Each file gives a list of
--   { name =, title =, run = function, against = (a peer) or nil, needs = (a function) or nil }
-- needs(bench) returns true, or nil and why the row is left out; run(bench) a list of checks:
--   { what =, value =, unit =, least = or most = (the goal), ours =, peer = (of both sides) }
-- which may also have `curves`, to be drawn:
--   { file =, title =, x_label =, y_label =, log_y =, x = {...}, series = { { name =, y = } } }

local all = {}

local FILES = { "lookups", "downloads", "registration", "idle", "start", "heartbeats", "client",
    "sources", "cold", "growth" }

for _, name in ipairs(FILES) do
    for _, row in ipairs(require("rows." .. name)) do
        all[#all + 1] = row
    end
end

return all
