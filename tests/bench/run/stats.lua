-- What is made of the numbers of several rounds.

local stats = {}

function stats.median(list)
    local sorted = table.move(list, 1, #list, 1, {})
    table.sort(sorted)
    local middle = #sorted // 2
    if #sorted % 2 == 1 then
        return sorted[middle + 1]
    end
    return (sorted[middle] + sorted[middle + 1]) / 2
end

function stats.worst(list)
    return math.max(table.unpack(list))
end

-- Ours by the peer's, round by round, so that what slows a whole round down slows both.
function stats.ratios(ours, peers)
    local ratios = {}
    for at, value in ipairs(ours) do
        ratios[at] = value / peers[at]
    end
    return ratios
end

return stats
