-- Healing: every order of starting, each part killed or stopped and started again, and a monitor
-- that has forgotten everything.

local check = require("mcdn.check")
local folder = require("mcdn.folder")
local ports = require("mcdn.ports")
local standard = require("mcdn.standard")
local waiting = require("mcdn.waiting")
local wire = require("mcdn.wire")

local ORDERS_AT_ONCE = 4
local HEALED_S = 20

-- All orders of these words, as arrays.
local function orders_of(words)
    if #words == 0 then
        return { {} }
    end
    local orders = {}
    for at, first in ipairs(words) do
        local others = table.move(words, 1, #words, 1, {})
        table.remove(others, at)
        for _, order in ipairs(orders_of(others)) do
            table.insert(order, 1, first)
            orders[#orders + 1] = order
        end
    end
    return orders
end

-- Ports are chosen before, since each part is told where the others will be.
local function starters(net)
    local monitor = { tcp_port = ports.one(), udp_port = ports.one() }
    local index = { tcp_port = ports.one(), notify_port = ports.one() }
    local function content(id, contents)
        return net:content({ id = id, files = net:files(id, contents), index = index,
            monitor = monitor })
    end
    return {
        monitor = function() return net:monitor(monitor) end,
        index = function()
            return net:index({ tcp_port = index.tcp_port, notify_port = index.notify_port,
                monitor = monitor })
        end,
        cs1 = function() return content("CS1", standard.files_of_cs1()) end,
        cs2 = function() return content("CS2", standard.files_of_cs2()) end,
    }
end

local function run_order(test, name, order)
    local net = test:network(name)
    local start = starters(net)
    local site = standard.site(net, {})
    for _, part in ipairs(order) do
        site[part] = start[part]()
    end
    site:settles(HEALED_S)
    site:downloads("sample_cs1.txt", 500)
    site:downloads("sample_cs2.txt", 500)
    net:stop()
end

local function check_orders(test)
    local jobs = {}
    for _, order in ipairs(orders_of({ "monitor", "index", "cs1", "cs2" })) do
        local name = table.concat(order, "-")
        if test:wants(name) then
            jobs[#jobs + 1] = { name = name, run = function() run_order(test, name, order) end }
        end
    end
    waiting.parallel(ORDERS_AT_ONCE, jobs)
end

-- Both servers alive at the index, and the shared file to be had.
local function nobody_is_dead(site)
    local servers, problem = standard.have_status(site.index.tcp_port, { "CS1", "CS2" }, "alive")
    if not servers then
        return nil, problem
    end
    return wire.locate(site.index.tcp_port, "shared_document.txt")
end

local function check_all_fine(site)
    site:settles(HEALED_S)
    site:downloads("sample_cs1.txt", 500)
    site:downloads("shared_document.txt", 600)
end

-- Whoever goes away and comes back, in whatever way, everything is as before afterwards.
local function check_restarts(site)
    for _, way in ipairs({ "kill", "stop" }) do
        for _, part in ipairs({ "monitor", "index", "cs1", "cs2" }) do
            local code = site[part][way](site[part])
            if way == "stop" then
                check.equal(code, 0, part .. ": exit code of an orderly stop")
            end
            site[part] = site.net:restart(site[part])
            check_all_fine(site)
        end
    end
end

-- While the monitor is away, the index goes on with what it last knew. The one that comes back
-- hears no heartbeat at first (it is given another UDP port), and still nobody is dead.
local function check_forgetful_monitor(site)
    site.monitor:kill()
    waiting.holds("nobody is dead while the monitor is away", 3, function()
        return nobody_is_dead(site)
    end)
    local deaf = site.net:monitor({ tcp_port = site.monitor.tcp_port })
    waiting.holds("nobody is dead at a monitor that knows nothing", 4, function()
        return nobody_is_dead(site)
    end)
    check.equal(next(wire.servers(deaf.tcp_port)), nil, "the monitor knows nobody")
    site:downloads("sample_cs1.txt", 500)
    deaf:kill()
    site.monitor = site.net:restart(site.monitor)
    check_all_fine(site)
end

-- Everybody at once, and a folder that changed meanwhile.
local function check_blackout(site)
    for _, part in ipairs({ "cs1", "cs2", "index", "monitor" }) do
        site[part]:kill()
    end
    folder.write(site.cs1_files .. "/new.txt", "new")
    for _, part in ipairs({ "cs1", "index", "monitor", "cs2" }) do
        site[part] = site.net:restart(site[part])
    end
    check_all_fine(site)
    waiting.eventually("the new file is listed", 10, function()
        return standard.have_files(site.index.tcp_port, { ["new.txt"] = 3 })
    end)
end

-- A server that is killed and back before anybody noticed is never called dead.
local function check_quick_return(site)
    local mark = site.monitor.log:mark()
    site.cs2:kill()
    site.cs2 = site.net:restart(site.cs2)
    check_all_fine(site)
    if site.net.times.timeout >= 3 then
        check.equal(site.monitor.log:count("marked as DEAD", mark), 0)
    end
end

return function(test)
    check_orders(test)
    if test:wants("restarts") then
        local site = standard.start(test:network("restarts"))
        site:settles()
        check_restarts(site)
        check_forgetful_monitor(site)
        check_quick_return(site)
        check_blackout(site)
    end
end
