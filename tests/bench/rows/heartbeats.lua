-- The monitor: heartbeats of ten thousand servers, a burst, and deaths.

local proc = require("run.proc")

local function steady(bench, monitor)
    local before = proc.cpu_seconds(monitor.pid)
    local numbers = bench.tool:measure("heartbeats", { ["tcp-port"] = monitor.port,
        ["udp-port"] = monitor.udp_port, servers = bench:sized(10000, 100),
        rounds = bench:sized(5, 2), interval = bench:sized(3, 0.2) })
    numbers.cpu = (proc.cpu_seconds(monitor.pid) - before) / numbers.seconds * 100
    return numbers
end

local function burst(bench, monitor)
    local before = proc.udp_drops(monitor.udp_port)
    local numbers = bench.tool:measure("heartbeats", { ["tcp-port"] = monitor.port,
        ["udp-port"] = monitor.udp_port, servers = bench:sized(10000, 100), rounds = 10,
        burst = true })
    numbers.dropped = proc.udp_drops(monitor.udp_port) - before
    return numbers
end

local function deaths(bench, monitor)
    return bench.tool:measure("deaths", { ["tcp-port"] = monitor.port,
        ["udp-port"] = monitor.udp_port, servers = bench:sized(10000, 100),
        each = bench:sized(100, 10), interval = bench:sized(3, 0.2),
        timeout = bench:sized(8, 1) })
end

local function run(bench)
    local monitor = bench.servers:monitor({ timeout = bench:sized(8, 1) })
    local even = steady(bench, monitor)
    local sudden = burst(bench, monitor)
    local late = deaths(bench, monitor)
    bench.servers:stop(monitor)
    return {
        { what = "lost, each server every 3 s", unit = "of " .. even.sent, value = even.lost,
            most = 0 },
        { what = "share of a core, lists included", unit = "%", value = even.cpu, most = 5 },
        { what = "dropped of a burst", unit = "of " .. sudden.sent, value = sudden.dropped },
        { what = "last round missed after the burst", unit = "servers", value = sudden.lost },
        { what = "worst notice after the timeout", unit = "s", value = late.worst_ms / 1000,
            most = 0.25 },
        { what = "half of the notices after it", unit = "s", value = late.p50_ms / 1000 },
    }
end

return {
    { name = "heartbeats", title = "monitor, heartbeats of 10,000 servers", run = run },
}
