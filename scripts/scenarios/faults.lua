-- Faulty sources: whatever one of them does, the client has the file from the other one; and with
-- none left it keeps what it has, for the next run to go on from.

local check = require("mcdn.check")
local downloads = require("mcdn.downloads")
local waiting = require("mcdn.waiting")

local MIB = downloads.MIB
local CHUNK = downloads.CHUNK
local SIZE = 16 * MIB + 12345
local NAME = "disk.img"

-- What sources had sent, and nobody had read yet, when the client left them or let faster ones take
-- over the rest of their pieces.
local UNREAD = 1 * MIB

-- So long that a healthy source does not seem to hang on a busy machine.
local function stall_timeout()
    return tostring(waiting.seconds(1))
end

-- P2 has this fault, from the client's first request on. `again`: bytes that may be sent twice;
-- `unsaid`: the client need not say anything about P2.
local faults_of_p2 = {
    { "close", "close", { after = 1500000 }, again = UNREAD },
    { "close at once", "close", {}, again = UNREAD },
    { "reset", "reset", { after = 1500000 }, again = UNREAD },
    { "stall", "stall", { after = 1500000 }, again = UNREAD },
    { "stall at once", "stall", {}, again = UNREAD },
    { "silent", "silent", {}, again = UNREAD },
    { "trickle", "trickle", { after = 300000, value = 20000 }, again = UNREAD, unsaid = true },
    { "corrupt", "corrupt", { after = 2 * MIB }, again = 4 * CHUNK + UNREAD },
    { "corrupt last byte", "corrupt", { value = SIZE - 1 }, again = CHUNK, unsaid = true },
    { "larger", "larger", { value = 10 }, again = UNREAD },
    { "smaller", "smaller", { value = 10 }, again = UNREAD },
    { "surplus", "surplus", { value = 10 }, again = CHUNK + UNREAD },
    { "not found", "answer", { value = "ERROR FILE_NOT_FOUND" }, again = UNREAD },
    { "other error", "answer", { value = "ERROR OUT_OF_ORDER" }, again = UNREAD },
    { "nonsense", "answer", { value = "NONSENSE" }, again = UNREAD },
    { "empty line", "answer", { value = "" }, again = UNREAD },
    { "no number", "answer:GET_RANGE", { value = "OK -5" }, again = UNREAD },
    { "long line", "answer", { value = ("x"):rep(20000) }, again = UNREAD },
    { "wrong chunk hash", "chunk", { value = 2 }, again = 2 * CHUNK + UNREAD, unsaid = true },
    { "no chunk hashes", "answer:CHUNKS", { value = "ERROR NOT_READY" }, again = UNREAD,
        unsaid = true },
}

-- The faulty one is the faster one, so that it has its part of the work.
local function check_beside_healthy(site, case)
    site:fresh()
    site.p1:rate(50 * MIB)
    site.p2:fault(case[2], case[3])
    local text = site:downloads(site.file, "--stall-timeout", stall_timeout())
    check.at_least(site.p2:asked(""), 1, case[1] .. ": requests to P2")
    site:sent_again_at_most(case.again, case[1])
    if not case.unsaid then
        check.matches(text, "P2", "P2 is named")
    end
end

local function check_refused(site)
    site:fresh()
    site.p2:refuse()
    local text = site:downloads(site.file)
    check.matches(text, "P2", "P2 is named")
    site:sent_again_at_most(UNREAD)
    site.p2:open()
end

-- A byte is wrong whoever sends it first; both servers are asked at once.
local function check_corrupt_once(site)
    for chunk = 0, 4 do
        site:fresh()
        for _, door in ipairs({ site.p1, site.p2 }) do
            door:fault("corrupt", { value = math.min(chunk * CHUNK + 4711, SIZE - 1), times = 1 })
        end
        site:downloads(site.file)
        site:sent_again_at_most(2 * CHUNK + UNREAD, "wrong in chunk " .. chunk)
    end
end

-- The only list of hashes there is lies about one chunk; the whole file's hash does not.
local function check_wrong_list(site)
    site:fresh()
    site.p1:fault("answer:CHUNKS", { value = "ERROR NOT_READY" })
    site.p2:fault("chunk", { value = 2 })
    for _, door in ipairs({ site.p1, site.p2 }) do
        door:rate(16 * MIB) -- time for the list to be asked for
    end
    site:downloads(site.file)
    -- The chunk comes again, and once more where nobody knows who sent it.
    site:sent_again_at_most(2 * CHUNK + 2 * UNREAD)
end

-- Nobody has the chunks' hashes, so the whole is found to be wrong at the end.
local function check_corrupt_without_chunks(site)
    site:fresh()
    site.p1:fault("answer:CHUNKS", { value = "ERROR NOT_READY" })
    site.p2:fault("answer:CHUNKS", { value = "ERROR NOT_READY" })
    site.p1:rate(50 * MIB)
    site.p2:fault("corrupt", { value = 12 * MIB })
    site:downloads(site.file)
    site:sent_again_at_most(2 * SIZE)
end

-- Cut after each megabyte and a half, again and again, by the only source.
local function check_cut_again_and_again(site)
    site:fresh()
    site.only:fault("close", { after = 1500000 })
    site:downloads(site.file)
    site:sent_again_at_most(UNREAD)
end

local function check_only_trickles(site)
    site:fresh()
    site.only:fault("trickle", { after = 5 * MIB, value = 8 * MIB })
    site:downloads(site.file)
    site:sent_again_at_most(UNREAD)
end

-- What is done to the only source when 10 MiB were sent, and what undoes it but for faults.
local endings = {
    { "goes away", function(door)
        door:refuse()
        door:drop("close")
    end, function(door) door:open() end },
    { "goes away with a reset", function(door)
        door:refuse()
        door:drop("reset")
    end, function(door) door:open() end },
    { "hangs", function(door)
        door:fault("silent")
    end },
    { "knows it no more", function(door)
        door:fault("answer", { value = "ERROR FILE_NOT_FOUND" })
        door:drop("close")
    end },
}

-- It ends with 1 and keeps what it has; the next run fetches what is missing and no more.
local function check_ending(site, ending)
    local gate = 10 * MIB
    site:fresh()
    site.proxy:gate(gate)
    local client = site:start_client("--retry-time", "1", "--stall-timeout", stall_timeout(), NAME)
    site.proxy:waits_for(gate)
    ending[2](site.only)
    check.equal(client:wait(30), 1, ending[1] .. ": exit code")
    check.truthy(site:has_only_part(site.file), ending[1] .. ": the part is kept")
    if ending[3] then
        ending[3](site.only)
    end
    site.only:heal()
    site.proxy:gate(nil)
    site:downloads(site.file)
    site:sent_again_at_most(UNREAD, ending[1])
end

-- With nothing but wrong bytes in one chunk: 1, and the rest is kept.
local function check_only_corrupt(site)
    site:fresh()
    site.only:fault("corrupt", { value = 9 * MIB })
    local text = site:fails_to_download(site.file, "--retry-time", "1")
    check.contains(text, "P1", "the source is named")
    site.proxy:heal()
    site:downloads(site.file)
    check.at_most(site.proxy:sent(), CHUNK, "bytes of the second run")
end

local function check_only_refused(site)
    site:fresh()
    site.only:refuse()
    for _, seconds in ipairs({ "0", "1" }) do
        site:fails_to_download(site.file, "--retry-time", seconds)
    end
    site.only:open()
    site:downloads(site.file)
end

-- Nobody knows the name: at once, although there would be time.
local function check_unknown(site)
    site:fresh()
    local began = os.time()
    site:fails_to_download({ name = "nothing.img" })
    check.at_most(os.time() - began, waiting.seconds(5), "seconds until an unknown name fails")
    check.equal(site.proxy:sent(), 0)
end

local function start(test, name, count)
    local site = downloads.start(test, name)
    site.file = site:make_file("files", NAME, SIZE)
    site:serves_by_doors(site.file, count)
    site.only = site.p1
    return site
end

local function check_two_sources(test)
    local site = start(test, "two", 2)
    for _, case in ipairs(faults_of_p2) do
        if test:wants(case[1]) then
            check_beside_healthy(site, case)
        end
    end
    if test:wants("one wrong byte") then
        check_corrupt_once(site)
    end
    if test:wants("wrong list") then
        check_wrong_list(site)
    end
    if test:wants("one wrong byte without chunks") then
        check_corrupt_without_chunks(site)
    end
    if test:wants("refused") then
        check_refused(site)
    end
    site:stop()
end

local function check_one_source(test)
    local site = start(test, "one", 1)
    for _, ending in ipairs(endings) do
        if test:wants("only source " .. ending[1]) then
            check_ending(site, ending)
        end
    end
    local parts = {
        { "only source cuts", check_cut_again_and_again },
        { "only source trickles", check_only_trickles },
        { "only source corrupts", check_only_corrupt },
        { "only source refuses", check_only_refused },
        { "unknown", check_unknown },
    }
    for _, part in ipairs(parts) do
        if test:wants(part[1]) then
            part[2](site)
        end
    end
    site:stop()
end

return function(test)
    waiting.parallel(2, {
        { name = "two sources", run = function() check_two_sources(test) end },
        { name = "one source", run = function() check_one_source(test) end },
    })
end
