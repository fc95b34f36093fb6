-- Lookups of the index beside Redis, and beside a loop that knows only one answer.

local CONNECTIONS = 64
local FIXED_SIZE = 1000000

local function files(bench)
    return bench:sized(1000000, 1000)
end

local function loaded_index(bench, level)
    return bench:fixture("index with files, log level " .. level, function()
        local index = bench.servers:index({ level = level })
        bench.tool:measure("register", { port = index.port, files = files(bench) })
        return index
    end)
end

local function loaded_redis(bench)
    return bench:fixture("redis with the same", function()
        local redis = bench.servers:redis()
        if redis then
            bench:fill(redis, files(bench))
        end
        return redis
    end)
end

local function bare_loop(bench)
    return bench:fixture("bare loop", function()
        return bench.servers:bare_loop(("SERVER 127.0.0.1 7001 CS1 %d"):format(FIXED_SIZE))
    end)
end

local function asked(bench, options, more)
    local both = { connections = CONNECTIONS, files = files(bench) }
    for _, each in ipairs({ options, more or {} }) do
        for key, value in pairs(each) do
            both[key] = value
        end
    end
    return both
end

-- On few processors a side differs by a third from one round to the next, so many short ones tell
-- more than a few; but the ports of new connections would not be enough for their beginnings.
local function divided(bench, options)
    return options.reconnect and bench or bench:divided(4)
end

local function against_redis(name, title, goal, options, level)
    return {
        name = name,
        title = title,
        against = "redis-server",
        run = function(bench)
            bench = divided(bench, options)
            local index, redis = loaded_index(bench, level), loaded_redis(bench)
            return { bench:reach(goal, "lookups/s", bench:asker(index, "rate",
                asked(bench, options)), bench:asker(redis, "rate", asked(bench, options,
                { dialect = "redis" }))) }
        end,
    }
end

local function against_loop(name, title, goal, options, level)
    return {
        name = name,
        title = title,
        against = "bare epoll loop",
        run = function(bench)
            bench = divided(bench, options)
            local index, loop = loaded_index(bench, level), bare_loop(bench)
            return { bench:reach(goal, "lookups/s", bench:asker(index, "rate",
                asked(bench, options)), bench:asker(loop, "rate", asked(bench, options,
                { size = FIXED_SIZE }))) }
        end,
    }
end

local DEEP = { depth = 16 }
-- Each leaves a client's port occupied for a minute, of each address some 28,000.
local ANEW = { reconnect = true, addresses = 16 }
local LOGGED = 0.6 -- of the goal

return {
    against_redis("index-get", "index `GET`, one at a time", 1.1, {}, "warn"),
    against_redis("index-get-deep", "index `GET`, 16 deep", 1.5, DEEP, "warn"),
    against_loop("index-get-bare", "index `GET`, 16 deep", 0.8, DEEP, "warn"),
    against_loop("index-connect", "index `GET`, each on a new connection", 0.9, ANEW, "warn"),
    against_redis("index-get-logged", "index `GET`, one at a time, each logged", 1.1 * LOGGED, {},
        "info"),
    against_redis("index-get-deep-logged", "index `GET`, 16 deep, each logged", 1.5 * LOGGED, DEEP,
        "info"),
    against_loop("index-get-bare-logged", "index `GET`, 16 deep, each logged", 0.8 * LOGGED, DEEP,
        "info"),
    against_loop("index-connect-logged", "index `GET`, each on a new connection, each logged",
        0.9 * LOGGED, ANEW, "info"),
}
