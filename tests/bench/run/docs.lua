-- Writes the figures into the text for people, between its two marks, and their drawings beside it.
-- What stands around the marks is written by people.

local charts = require("run.charts")
local report = require("run.report")

local docs = {}

local BEGIN, END = "<!-- figures: written by tests/bench/bench.sh --docs -->", "<!-- end -->"

local function read(path)
    local file = io.open(path, "rb")
    local text = file and file:read("a") or nil
    if file then
        file:close()
    end
    return text
end

local function write(path, text)
    local file = assert(io.open(path, "wb"))
    file:write(text)
    file:close()
end

local function about(results)
    local m = results.machine
    local machine = ("%d cores of %s%s, %d GiB of memory, Linux %s, %s"):format(m.cores, m.cpu,
        m.is_virtual and " (virtual)" or "", m.memory_gib, m.kernel, m.system)
    local peers = ("nginx %s, Redis %s, curl %s, aria2 %s"):format(m.nginx, m.redis, m.curl,
        m.aria2)
    local disturbed = 0
    for _, row in ipairs(results.rows) do
        disturbed = math.max(disturbed, row.disturbed or 0)
    end
    local how = ("Medians of %d alternating rounds of %g s each. During a row other work took at "
        .. "most %.0f %% of the processors."):format(results.rounds, results.seconds,
        disturbed * 100)
    return { ("Measured on %s: %s; %s. %s"):format(m.date, machine, peers, how), "" }
end

local function sides(check)
    if not check.ours then
        return ""
    end
    return ("%s : %s %s"):format(report.scaled(check.ours), report.scaled(check.peer), check.unit)
end

local function latencies(check)
    local ours, peer = check.our_latency, check.peer_latency
    if not ours or not peer then
        return ""
    end
    return ("%d / %d : %d / %d"):format(ours.p50_us // 1, ours.p99_us // 1, peer.p50_us // 1,
        peer.p99_us // 1)
end

local function put_table(lines, results)
    lines[#lines + 1] = "| work | measured | goal | | ours : peer | half / 99 % within, µs |"
    lines[#lines + 1] = "| --- | --- | --- | --- | --- | --- |"
    for _, row in ipairs(results.rows) do
        for _, check in ipairs(row.checks or {}) do
            local what = check.what == "ratio" and ("ratio to " .. row.against) or check.what
            lines[#lines + 1] = ("| %s: %s | %s | %s | %s | %s | %s |"):format(row.title, what,
                report.value(check), report.goal(check), report.verdict(check), sides(check),
                latencies(check))
        end
        if row.failure then
            lines[#lines + 1] = ("| %s | could not be measured | | | | |"):format(row.title)
        end
    end
end

local function ratio_items(results)
    local items = {}
    for _, row in ipairs(results.rows) do
        for _, check in ipairs(row.checks or {}) do
            if check.what == "ratio" and check.least then
                local title = row.title:gsub("`", "") .. " / " .. row.against
                items[#items + 1] = { title = title, value = check.value, goal = check.least,
                    passed = report.passed(check) }
            end
        end
    end
    return items
end

local function draw(lines, folder, name, title, drawing)
    write(("%s/performance/%s.svg"):format(folder, name), drawing)
    lines[#lines + 1] = ""
    lines[#lines + 1] = ("![%s](performance/%s.svg)"):format(title, name)
end

-- The text with what lies between the marks replaced; a text without marks gets them at its end.
function docs.replace(text, figures)
    local from, past = text:find(BEGIN, 1, true)
    local till = from and text:find(END, past, true)
    local block = BEGIN .. "\n\n" .. figures .. "\n" .. END
    if not till then
        return text .. "\n" .. block .. "\n"
    end
    return text:sub(1, from - 1) .. block .. text:sub(till + #END)
end

-- `folder` is docs: performance.md and performance/*.svg are in it.
function docs.write(folder, results)
    assert(require("process.folder").make(folder .. "/performance"))
    local lines = about(results)
    put_table(lines, results)
    local items = ratio_items(results)
    if #items > 0 then
        local title = "Ratio to the peer; the mark is the goal"
        draw(lines, folder, "ratios", title, charts.ratios(title, items))
    end
    for _, row in ipairs(results.rows) do
        for _, curve in ipairs(row.curves or {}) do
            draw(lines, folder, curve.file, curve.title, charts.lines(curve))
        end
    end
    local path = folder .. "/performance.md"
    write(path, docs.replace(read(path) or "# Performance\n", table.concat(lines, "\n") .. "\n"))
end

return docs
