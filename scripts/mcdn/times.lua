-- The heartbeat times of a run, in seconds.

local times = {}

-- Short ones make a run take seconds. The timeout still lets a server miss several heartbeats, for
-- a machine that is busy with other things.
function times.new(spec_times, patience)
    if spec_times then
        return { interval = 3, timeout = 8, check = 2 }
    end
    return { interval = 0.25, timeout = 1.5 * patience, check = 0.25 }
end

-- By when a death is known everywhere: the timeout, the base monitor's check, the index's poll.
function times.until_dead(t)
    return t.timeout + t.check + 5
end

-- By when a start or a return is known everywhere.
function times.until_seen(t)
    return t.interval + 8
end

return times
