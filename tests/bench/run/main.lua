-- What bench.lua does: measures the rows, prints, writes JSON. Exits with 1 when a row could not be
-- measured, since a missed goal is a result and not a failure.

local options = require("run.options")

local main = {}

local NOTABLE = 0.03 -- of the processors

local function complain(text)
    io.stderr:write("bench.lua: ", text, "\n")
    return 2
end

local function make_layout(parsed, here)
    local build = parsed.build or here .. "/../../build-bench"
    if build:sub(1, 1) ~= "/" then -- nginx takes paths from its own folder on
        build = ("%s/%s"):format(os.getenv("PWD"), build)
    end
    local modules = parsed.modules or build .. "/lua"
    package.cpath = ("%s/?.so;%s"):format(modules, package.cpath)
    local fine, process = pcall(require, "process")
    if not fine then
        return nil, "no process module in " .. modules .. ": build first, or give --build DIR"
    end
    local layout = {
        bin = build .. "/bin",
        tools = build .. "/tests/bin",
        work = build .. "/bench",
    }
    assert(process and require("process.folder").make(layout.work))
    return layout
end

-- The rows asked for, in their order; nil and what is wrong.
local function choose(names)
    local all, chosen, known = require("rows.all"), {}, {}
    for _, row in ipairs(all) do
        known[row.name] = true
        for _, name in ipairs(names) do
            if name == row.name then
                chosen[#chosen + 1] = row
            end
        end
    end
    for _, name in ipairs(names) do
        if not known[name] then
            return nil, "no row is called " .. name .. "; 'list' names them"
        end
    end
    return #names > 0 and chosen or all
end

local function measure(row, bench)
    local report = require("run.report")
    local fits, why = true, nil
    if row.needs then
        fits, why = row.needs(bench)
    end
    if not fits then
        print(("%-22s left out: %s"):format(row.name, why))
        return { name = row.name, title = row.title, left_out = why, checks = {} }
    end
    local watch = require("run.rounds").watch()
    local fine, checks = xpcall(row.run, debug.traceback, bench)
    local disturbed = watch()
    if not fine then
        io.stderr:write(row.name, ": ", tostring(checks), "\n")
        return { name = row.name, title = row.title, failure = tostring(checks) }
    end
    for _, check in ipairs(checks) do
        report.print(row, check)
    end
    if disturbed > NOTABLE then
        print(("%-22s disturbed: others took %.0f %% of the processors"):format(row.name,
            disturbed * 100))
    end
    return { name = row.name, title = row.title, against = row.against, checks = checks,
        curves = checks.curves, disturbed = disturbed }
end

local function write(path, text)
    local file = assert(io.open(path, "w"))
    file:write(text)
    file:close()
end

local function run_rows(rows, bench, parsed)
    local proc = require("run.proc")
    local results = { machine = proc.machine(), rounds = parsed.rounds, seconds = parsed.seconds,
        rows = {} }
    local failures = 0
    for at, row in ipairs(rows) do
        results.rows[at] = measure(row, bench)
        failures = failures + (results.rows[at].failure and 1 or 0)
    end
    write(parsed.json or bench.layout.work .. "/results.json", require("run.json").encode(results))
    if parsed.docs then
        require("run.docs").write(parsed.docs, results)
    end
    return failures > 0 and 1 or 0
end

function main.run(words, here)
    local parsed, problem = options.parse(words)
    if not parsed then
        return complain(problem .. "\n" .. options.usage)
    end
    io.stdout:setvbuf("line")
    if parsed.help then
        io.write(options.usage)
        return 0
    end
    local layout
    layout, problem = make_layout(parsed, here)
    if not layout then
        return complain(problem)
    end
    local rows
    if parsed.names[1] == "list" then
        for _, row in ipairs(require("rows.all")) do
            print(("%-24s %s"):format(row.name, row.title))
        end
        return 0
    end
    rows, problem = choose(parsed.names)
    if not rows then
        return complain(problem)
    end
    local bench = require("run.bench").new(layout, parsed)
    local fine, code = xpcall(run_rows, debug.traceback, rows, bench, parsed)
    bench.servers:stop_all()
    return fine and code or complain(code)
end

return main
