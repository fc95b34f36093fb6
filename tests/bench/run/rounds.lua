-- Rounds in which both sides take turns, and what others do with the machine meanwhile.

local proc = require("run.proc")
local socket = require("socket")
local stats = require("run.stats")

local rounds = {}

local ATTEMPTS = 5

-- A function that tells what share of the processors others have taken since.
function rounds.watch()
    local foreign, begin = proc.foreign_seconds(), socket.gettime()
    return function()
        local seconds = socket.gettime() - begin
        return math.max(0, (proc.foreign_seconds() - foreign) / seconds / proc.cores())
    end
end

-- One turn of both sides; each gives its value and perhaps further numbers.
local function turn(ours, peer)
    local watch = rounds.watch()
    local result = { ours = table.pack(ours()), peer = peer and table.pack(peer()) }
    result.disturbed = watch()
    return result
end

-- The turn that others disturbed least, of as many as it takes to find a calm one.
local function calm_turn(limit, ours, peer)
    local best = turn(ours, peer)
    local attempts = 1
    while limit and best.disturbed > limit and attempts < ATTEMPTS do
        local again = turn(ours, peer)
        if again.disturbed < best.disturbed then
            best = again
        end
        attempts = attempts + 1
    end
    return best
end

local function latency_of(turns, side)
    local p50, p99, worst = {}, {}, {}
    for at, each in ipairs(turns) do
        local numbers = each[side] and each[side][2]
        if not numbers then
            return nil
        end
        p50[at], p99[at], worst[at] = numbers.p50_us, numbers.p99_us, numbers.worst_us
    end
    return { p50_us = stats.median(p50), p99_us = stats.median(p99), worst_us = stats.worst(worst) }
end

local function values_of(turns, side)
    local values = {}
    for at, each in ipairs(turns) do
        values[at] = each[side] and each[side][1]
    end
    return values
end

-- bench.rounds turns of both, or of ours where there is no peer. With bench.calm, one during which
-- others took a larger share of the processors is repeated a few times.
function rounds.take(bench, ours, peer)
    local turns = {}
    for round = 1, bench.rounds do
        turns[round] = calm_turn(bench.calm, ours, peer)
    end
    return {
        ours = values_of(turns, "ours"),
        peer = values_of(turns, "peer"),
        our_latency = latency_of(turns, "ours"),
        peer_latency = latency_of(turns, "peer"),
    }
end

return rounds
