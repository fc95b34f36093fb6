-- All rows, in the order of the report. Each file gives a list of
--   { name =, title =, against = (a peer) or nil, run = function(bench) }
-- and run returns a list of checks:
--   { what =, value =, unit =, least = or most = (the goal), ours =, peer = (rates, of a ratio) }

local all = {}

for _, name in ipairs({ "lookups", "downloads", "registration", "idle" }) do
    for _, row in ipairs(require("rows." .. name)) do
        all[#all + 1] = row
    end
end

return all
