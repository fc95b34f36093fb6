-- Tab in bash and zsh: options, values, and the names that the network has.

local check = require("mcdn.check")
local paths = require("mcdn.paths")
local standard = require("mcdn.standard")
local terminal = require("mcdn.terminal")

local FOLDER = "/../platform/posix/completion/"

local shells = {
    bash = {
        file = "mcdn.bash",
        argv = { "env", "TERM=dumb", "bash", "--norc", "--noprofile", "-i" },
        prepare = function(folder) return ("source '%s/mcdn.bash'"):format(folder) end,
    },
    zsh = {
        file = "_mcdn",
        argv = { "env", "TERM=dumb", "zsh", "-f", "-i" },
        prepare = function(folder)
            return ("fpath=('%s' $fpath); autoload -U compinit; compinit -u -D"):format(folder)
        end,
    },
}

local function start(test, net, name)
    local shell = shells[name]
    local talk = net:on_terminal(name, 200, shell.argv)
    talk:say("PS1='READ''Y '")
    talk:hears("READY ", 20)
    talk:say(shell.prepare(test.paths.scripts .. FOLDER))
    talk:hears("READY ")
    talk:say(("PATH='%s':$PATH"):format(test.paths.bin))
    talk:hears("READY ")
    return talk
end

-- Types this up to the Tab, waits for what the shell puts behind it, and runs the line.
local function complete(talk, typed, rest)
    talk.child:write(typed .. "\t")
    talk:hears(rest, 15)
    talk:say("")
    return talk:hears("READY ", 15)
end

-- Gives up a line.
local function cancel(talk)
    talk.child:write("\3")
    talk:hears("READY ")
end

local function check_names(talk, port)
    local verify = ("mcdn --index-port %d --verify "):format(port)
    check.contains(complete(talk, verify .. "sample_cs1", ".txt"), "sample_cs1.txt: MISSING")
    check.contains(complete(talk, verify .. "tw", "words.txt"), "two words.txt: MISSING")
    check.contains(complete(talk, verify .. "two\\ w", "ords.txt"), "two words.txt: MISSING")
    check.contains(complete(talk, verify .. "'two w", "ords.txt"), "two words.txt: MISSING")
    check.contains(complete(talk, verify .. "a:", "b=c.txt"), "a:b=c.txt: MISSING")
    check.contains(complete(talk, verify .. "pool/q", "x.iso"), "pool/q'$x.iso: MISSING")
    check.contains(complete(talk, verify .. "-- sample_cs2", ".txt"), "sample_cs2.txt: MISSING")
end

local function check_options(talk, port)
    local mcdn = ("mcdn --index-port=%d "):format(port)
    check.contains(complete(talk, mcdn .. "--lis", "t"), "sample_cs1.txt (500 bytes)")
    check.contains(complete(talk, mcdn .. "--list --log-level de", "bug"), "sample_cs1.txt")
    check.contains(complete(talk, mcdn .. "--list --log-level=de", "bug"), "sample_cs1.txt")
end

-- Nobody listens there: no name, no message, and the shell goes on.
local function check_silence(talk, port)
    talk.child:write(("mcdn --index-port %d sam\t"):format(port))
    talk.child:write("XYZ")
    check.lacks(talk:hears("XYZ", 15), "refused")
    cancel(talk)
end

local function check_shell(test, site, name)
    if not os.execute(("command -v %s >/dev/null 2>&1"):format(name)) then
        test:skip(name, "it is not installed")
        return
    end
    local talk = start(test, site.net, name)
    check_names(talk, site.index.tcp_port)
    check_options(talk, site.index.tcp_port)
    check_silence(talk, site.cs1.udp_port)
    talk:say("exit")
    talk:finish()
end

-- Both files know each option that --help shows, and no other.
local function check_options_are_known(test, net)
    local _, help = net:run_program("client", { "--help" })
    local known = {}
    for option in help:gmatch("\n[^\n]-(%-%-[%l-]+)[^\n]*") do
        known[option] = true
    end
    check.truthy(known["--verify"])
    for name, shell in pairs(shells) do
        local file = io.open(test.paths.scripts .. FOLDER .. shell.file, "rb")
        local text = file:read("a")
        file:close()
        for option in pairs(known) do
            check.contains(text, option, name .. " completes it")
        end
        for option in text:gmatch("%f[%-%w](%-%-%l[%l-]+)") do
            check.truthy(known[option], name .. " completes what is no option: " .. option)
        end
    end
end

return function(test)
    local net = test:network()
    check_options_are_known(test, net)
    if paths.for_windows(test.paths) then
        test:skip("the shells", "Wine runs none of them; Windows' own know no completion of ours")
        return
    elseif not terminal.is_available(test.paths) or #test.paths.launcher > 0 then
        test:skip("the shells", "they cannot start these programs on a terminal")
        return
    end
    local more = { ["two words.txt"] = 5, ["a:b=c.txt"] = 5, ["pool/q'$x.iso"] = 5 }
    local site = standard.start(net, { cs1 = more })
    site:settles()
    site:waits_for_place("the index knows a name with a space", "two words.txt",
        function(place) return place end)
    check_shell(test, site, "bash")
    check_shell(test, site, "zsh")
end
