-- Ten thousand idle connections: what each costs, and how a newcomer fares.

local proc = require("run.proc")
local stats = require("run.stats")

local SIZE = 1024

local function measure(bench, server, options)
    options.port = server.port
    options.connections = bench:sized(10000, 100)
    local before = proc.memory(server.pid)
    local numbers, finish = bench.tool:hold("idle", options)
    numbers.memory = (proc.memory(server.pid) - before) / numbers.held
    finish()
    bench.servers:stop(server)
    return numbers
end

local function row(name, title, start, options)
    return {
        name = name,
        title = title,
        run = function(bench)
            local memory, worst, p99 = {}, {}, {}
            for round = 1, math.min(bench.rounds, 3) do
                local numbers = measure(bench, start(bench), options)
                memory[round] = numbers.memory / 1024
                worst[round] = numbers.worst_us / 1000
                p99[round] = numbers.p99_us / 1000
            end
            return {
                { what = "memory a connection", unit = "KiB", most = 4,
                    value = stats.median(memory) },
                { what = "worst of 200 newcomers", unit = "ms", most = 5,
                    value = stats.median(worst) },
                { what = "99 % of 200 newcomers", unit = "ms", value = stats.median(p99) },
            }
        end,
    }
end

local function start_index(bench)
    local index = bench.servers:index()
    bench.tool:measure("register", { port = index.port, files = 1000 })
    return index
end

local function start_content(bench)
    local index = bench:fixture("index for content servers", function()
        return bench.servers:index()
    end)
    local content = bench.servers:content(bench:files(1, SIZE), index)
    bench.servers:wait_hashed(content, 1)
    return content
end

return {
    row("idle-index", "10,000 idle connections, index", start_index, { dialect = "index" }),
    row("idle-content", "10,000 idle connections, content server", start_content,
        { dialect = "content", size = SIZE }),
}
