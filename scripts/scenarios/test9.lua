-- Client failures: content servers that break off, folders in the way, wrong usage. A file under
-- its final name is always whole; what there is of one that is not is kept beside it.

local check = require("mcdn.check")
local fake_content = require("mcdn.fake_content")
local folder = require("mcdn.folder")
local ports = require("mcdn.ports")
local slow_readers = require("mcdn.slow_readers")
local socket = require("socket")
local standard = require("mcdn.standard")
local waiting = require("mcdn.waiting")
local wire = require("mcdn.wire")

local NAME = "file.bin"
local SIZE = 2000000
local HALF = SIZE // 2
local KEPT = NAME .. ".mcdn-journal, " .. NAME .. ".mcdn-part"

-- An index without a monitor (which cannot be reached, and so changes nothing) and fakes.
local function start(test, name, count)
    local net = test:network(name)
    local site = standard.site(net, { index = net:index({ monitor = { tcp_port = 1 } }) })
    site.fakes = {}
    for at = 1, count do
        site.fakes[at] = fake_content.start(site.index.tcp_port, "F" .. at, { [NAME] = SIZE })
    end
    site.out = folder.make(net.folder .. "/out")
    return site
end

local function start_client(site)
    return site.net:start_client({ index = site.index }, { "--output-dir", site.out, NAME })
end

local function finish(site)
    for _, fake in ipairs(site.fakes) do
        fake:close()
    end
    site.net:stop()
end

local function header()
    return ("OK %d\n"):format(SIZE)
end

-- What the first server does to its client in the middle of the file.
local breaks = {
    { "end of stream", function(connection) connection:close() end },
    { "reset", function(connection) connection:reset() end },
}

-- Answers connections with the whole file until the client is done.
local function serve_until_end(site, client)
    local data = standard.contents(NAME, SIZE)
    return waiting.eventually("the client ends", 40, function()
        if socket.select({ site.fakes[1].listener, site.fakes[2].listener }, nil, 0)[1] then
            local _, connection = fake_content.accept_any(site.fakes)
            connection:send(header() .. data)
            connection:close()
        end
        return client:exit_code()
    end)
end

-- The first transfer breaks in the middle; the client gets the file from elsewhere.
local function check_failover(test, name, break_off)
    local site = start(test, name, 2)
    local client = start_client(site)
    local _, connection = fake_content.accept_any(site.fakes)
    connection:send(header() .. standard.contents(NAME, SIZE):sub(1, HALF))
    break_off(connection)
    check.equal(serve_until_end(site, client), 0, "exit code")
    check.same_bytes(folder.read(site.out .. "/" .. NAME), standard.contents(NAME, SIZE), NAME)
    check.equal(folder.names(site.out), NAME)
    finish(site)
end

-- A server that is dead though nobody knows it yet: its connections are refused. A dozen clients,
-- so that some are sent there first.
local function check_refused(test)
    local site = start(test, "refused", 1)
    local net = site.net
    local files = net:files("CS1", { [NAME] = SIZE })
    net:content({ id = "CS1", files = files, index = site.index, monitor = { udp_port = 1 } })
    waiting.eventually("both have the file", 10, function()
        return standard.have_status(site.index.tcp_port, { "CS1", "F1" }, "alive")
    end)
    site.fakes[1]:refuse()
    for _ = 1, 6 do
        site:downloads(NAME, SIZE)
    end
    finish(site)
end

-- Killed in the middle, for real: the server that has the transfer goes, the other one stays.
local function check_killed_server(test)
    local big = { ["big.bin"] = { hole = 4 * slow_readers.FILE_SIZE } }
    local site = standard.start(test:network("killed"), { cs1 = big, cs2 = big })
    site:settles()
    site.out = folder.make(site.net.folder .. "/out")
    local client = site.net:start_client({ index = site.index },
        { "--output-dir", site.out, "big.bin" })
    local id = client:says("Connected to Content Server (%S+)", 10)
    site[id:lower()]:kill()
    check.equal(client:wait(60), 0, "exit code")
    check.equal(folder.names(site.out), "big.bin")
    check.equal(folder.list(site.out)[1].size, 4 * slow_readers.FILE_SIZE)
    site.net:stop()
end

-- Fewer bytes than promised, from the only server, again and again.
local function check_short_file(test)
    local site = start(test, "short", 1)
    folder.write(site.out .. "/" .. NAME, "an older file")
    local client = start_client(site)
    local code = waiting.eventually("the client gives up", 60, function()
        if socket.select({ site.fakes[1].listener }, nil, 0)[1] then
            local _, connection = fake_content.accept_any(site.fakes)
            connection:send(header() .. standard.contents(NAME, SIZE):sub(1, HALF))
            connection:close()
        end
        return client:exit_code()
    end)
    check.equal(code, 1, "exit code")
    check.equal(folder.names(site.out), NAME .. ", " .. KEPT, "what there is of it is kept")
    check.equal(folder.read(site.out .. "/" .. NAME), "an older file")
    finish(site)
end

-- Interrupted in the middle: 130, and what there is of it is kept.
local function check_interrupted(test)
    local site = start(test, "interrupted", 1)
    local client = start_client(site)
    local _, connection = fake_content.accept_any(site.fakes)
    connection:send(header() .. standard.contents(NAME, SIZE):sub(1, HALF))
    waiting.eventually("the temporary file is there", 10, function()
        local names = folder.names(site.out)
        return names ~= "" and names ~= NAME, names
    end)
    client.child:interrupt()
    check.equal(client:wait(10), 130, "exit code")
    check.equal(folder.names(site.out), KEPT, "files in the output folder")
    connection:close()
    finish(site)
end

-- A server that promises another size than the index said, or something that is no promise.
local function check_liar(test)
    for at, answer in ipairs({ "OK 5\nshort", "OK -1\n", "OK\n", "NONSENSE\n", "\n",
        ("x"):rep(20000), "ERROR FILE_NOT_FOUND\n" }) do
        local site = start(test, "liar-" .. at, 2)
        local client = start_client(site)
        local _, connection = fake_content.accept_any(site.fakes)
        connection:send(answer)
        connection:close()
        check.equal(serve_until_end(site, client), 0, ("exit code after %q"):format(answer))
        check.same_bytes(folder.read(site.out .. "/" .. NAME), standard.contents(NAME, SIZE))
        finish(site)
    end
end

-- Folders in the way of the download.
local function check_output_folder(site)
    local blocked = site.net.folder .. "/a-file"
    folder.write(blocked, "x")
    local settings = { index = site.index }
    local code, text = site.net:client(settings, { "--output-dir", blocked .. "/sub",
        "sample_cs1.txt" })
    check.equal(code, 1, "a file where the folder should be")
    check.matches(text, "mcdn: [^\n]*a%-file")
    local taken = folder.make(site.net.folder .. "/taken")
    folder.make(taken .. "/sample_cs1.txt")
    code, text = site.net:client(settings, { "--output-dir", taken, "sample_cs1.txt" })
    check.equal(code, 1, "a folder where the file should be")
    check.matches(text, "mcdn: [^\n]*sample_cs1%.txt")
    check.equal(folder.names(taken), "sample_cs1.txt", "no temporary file is left")
    local made = site.net.folder .. "/made/for/it"
    code = site.net:client(settings, { "--output-dir", made, "sample_cs1.txt" })
    check.equal(code, 0, "a missing folder is made")
    check.equal(folder.names(made), "sample_cs1.txt")
end

local function check_usage(net)
    local wrong = {
        { "--nonsense" }, { "--tcp-port" }, { "--tcp-port", "abc" }, { "--tcp-port", "65536" },
        { "--tcp-port", "-1" }, { "an-operand" }, { "--log-level", "loud" },
    }
    local programs = { monitor = "mcdn-monitor", index = "mcdn-index", content = "mcdn-content" }
    for role, name in pairs(programs) do
        for _, arguments in ipairs(wrong) do
            local code, text = net:run_program(role, arguments)
            check.equal(code, 2, name .. " " .. table.concat(arguments, " "))
            check.matches(text, "^" .. name:gsub("%-", "%%-") .. ": ")
        end
    end
    for _, arguments in ipairs({ { "--nonsense" }, { "--index-port", "x" }, { "--output-dir" } }) do
        local code, text = net:run_program("client", arguments)
        check.equal(code, 2, "mcdn " .. table.concat(arguments, " "))
        check.matches(text, "^mcdn: ")
    end
    check.equal(net:run_program("monitor", { "--heartbeat-timeout", "soon" }), 2)
    check.equal(net:run_program("content", { "--heartbeat-interval", "0.2s" }), 2)
    check.equal(net:run_program("content", { "--id", "C S" }), 2)
end

local function check_help(net)
    for _, role in ipairs({ "monitor", "index", "content", "client" }) do
        local code, text = net:run_program(role, { "--help" })
        check.equal(code, 0, role .. " --help")
        check.contains(text, role == "client" and "--output-dir" or "--tcp-port")
        code, text = net:run_program(role, { "--version" })
        check.equal(code, 0, role .. " --version")
        check.matches(text, "%d+%.%d+%.%d+")
    end
end

local function check_taken(net, role, arguments, name, port)
    local code, text = net:run_program(role, arguments)
    check.equal(code, 1, name .. " on a taken port")
    check.contains(text, ("%s: cannot listen on port %d: address"):format(name, port))
    check.contains(text, "in use")
end

-- The text names the program and the port.
local function check_ports_in_use(site)
    local net, monitor, index = site.net, site.monitor, site.index
    check_taken(net, "monitor", { "--udp-port", "0", "--tcp-port", tostring(monitor.tcp_port) },
        "mcdn-monitor", monitor.tcp_port)
    check_taken(net, "monitor", { "--tcp-port", "0", "--udp-port", tostring(monitor.udp_port) },
        "mcdn-monitor", monitor.udp_port)
    check_taken(net, "index", { "--notify-port", "0", "--tcp-port", tostring(index.tcp_port) },
        "mcdn-index", index.tcp_port)
    check_taken(net, "index", { "--tcp-port", "0", "--notify-port", tostring(index.notify_port) },
        "mcdn-index", index.notify_port)
    local files = { "--files-dir", site.cs1_files }
    check_taken(net, "content", { "--udp-port", "0", "--tcp-port", tostring(site.cs1.tcp_port),
        table.unpack(files) }, "mcdn-content", site.cs1.tcp_port)
    check_taken(net, "content", { "--tcp-port", "0", "--udp-port", tostring(site.cs1.udp_port),
        table.unpack(files) }, "mcdn-content", site.cs1.udp_port)
end

-- Nobody listens where the index should be.
local function check_no_index(site)
    local port = ports.one()
    for _, arguments in ipairs({ { "--list" }, { "--servers" }, { "sample_cs1.txt" } }) do
        local code, text = site.net:client({ index = { tcp_port = port } }, arguments)
        check.equal(code, 1, "without an index")
        check.matches(text, "mcdn: [^\n]*" .. port)
    end
end

local function check_terminated(site)
    local readers = slow_readers.new()
    readers:add(site.cs1.tcp_port, "big.bin", "CS1")
    check.equal(site.cs1:stop(), 0, "a server with a transfer that nobody reads stops in order")
    readers:drop()
    check.equal(wire.ask(site.index.tcp_port, "HELLO"), "WELCOME MICRO-CDN")
end

local function check_with_servers(test)
    local site = standard.start(test:network("servers"),
        { cs1 = { ["big.bin"] = { hole = slow_readers.FILE_SIZE } } })
    site:settles()
    check_output_folder(site)
    check_usage(site.net)
    check_help(site.net)
    check_ports_in_use(site)
    check_no_index(site)
    check_terminated(site)
end

return function(test)
    for _, case in ipairs(breaks) do
        if test:wants(case[1]) then
            check_failover(test, case[1]:gsub(" ", "-"), case[2])
        end
    end
    local parts = {
        { "refused", check_refused },
        { "killed", check_killed_server },
        { "short", check_short_file },
        { "interrupted", check_interrupted },
        { "liar", check_liar },
        { "servers", check_with_servers },
    }
    for _, part in ipairs(parts) do
        if test:wants(part[1]) then
            part[2](test)
        end
    end
end
