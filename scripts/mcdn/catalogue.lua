-- The scenarios, in the order in which `all` runs them.

local scenarios = {
    { "test1", "basic distribution: list, a file of one server, a shared one from the idler one" },
    { "test2", "failure detection: kill -9, the monitor's DEAD line, the server's return" },
    { "test3", "concurrent downloads: loads seen at the monitor, clients spread over servers" },
    { "test4", "healing: every order of starting, restarts of each part, a monitor that forgot" },
    { "test5", "the interactive client over pipes" },
    { "test6", "base interoperability: all sixteen mixes of our programs and the original's" },
    { "test7", "folder changes: files added, changed, moved and removed while the network runs" },
    { "test8", "hostile peers: lines too long, in pieces, without end; silence; garbage" },
    { "test9", "client failures: servers that break off, folders in the way, exit codes" },
    { "ranges", "parts of files: every edge, pipelined, of a file that is replaced meanwhile" },
    { "kept", "small files kept in memory: changed, replaced, removed and linked ones" },
    { "hashes", "hashes of files and chunks: asked for, changed, kept over every kind of restart" },
    { "hash_news", "what an index is told of hashes: one of ours all, an older one nothing" },
    { "options", "the client's options: what goes together, where files go, how much is said" },
    { "json", "what other programs read: --json with lists, downloads and --verify" },
    { "globs", "patterns for file names, and names that look like one" },
    { "verify", "local files compared with the network's, by hash and by size" },
    { "interactive", "the client on a terminal: Tab, Ctrl-C, and a progress line in place" },
    { "completion", "Tab in bash and zsh: options, and names that the network has" },
    { "names", "names that a system cannot hold, names that differ only in upper and lower case" },
    { "mixed", "networks of two builds' programs (needs --other): all fourteen mixes" },
    { "limits", "the limits: servers, indexes, unread answers, descriptors" },
    { "scale", "fifty content servers, 200,000 files: changes, deaths, and every part restarted" },
    { "locate", "LOCATE, STAT and FILE_HASH: all holders, and never two files of one name" },
    { "up", "the monitor tells every index of returns too, and never an old word after a new one" },
    { "spread", "a hundred clients within a second go to two servers in equal parts" },
    { "peers", "the faulty proxy and the other peers of the scenarios below are what they say" },
    { "faults", "a source that cuts, stalls, trickles, corrupts or lies, alone or not" },
    { "sources", "several sources at once: shares, files never mixed, base peers among ours" },
    { "resume", "200 MiB with ten kill -9; Ctrl-C, a changed file, a damaged part, a full disk" },
    { "outages", "content servers, index and monitor killed and stopped in the middle of 200 MiB" },
    { "hostile", "a lying index: names and links that lead out of the output folder, nonsense" },
}

local catalogue = {}

function catalogue.names()
    local names = {}
    for at, scenario in ipairs(scenarios) do
        names[at] = scenario[1]
    end
    return names
end

-- A known scenario's description, or nil.
function catalogue.describe(name)
    for _, scenario in ipairs(scenarios) do
        if scenario[1] == name then
            return scenario[2]
        end
    end
    return nil
end

-- The function run(test) of a known scenario.
function catalogue.load(name)
    return require("scenarios." .. name)
end

function catalogue.print()
    for _, scenario in ipairs(scenarios) do
        print(("%-11s %s"):format(scenario[1], scenario[2]))
    end
end

return catalogue
