-- The table of results, for people.

local report = {}

local function scaled(value)
    local size = math.abs(value)
    if size >= 1e9 then
        return ("%.2f G"):format(value / 1e9)
    elseif size >= 1e6 then
        return ("%.2f M"):format(value / 1e6)
    elseif size >= 1e4 then
        return ("%.1f k"):format(value / 1e3)
    elseif size >= 100 then
        return ("%.0f"):format(value)
    end
    return ("%.3g"):format(value)
end
report.scaled = scaled

function report.passed(check)
    if check.least then
        return check.value >= check.least
    end
    return not check.most or check.value <= check.most
end

-- "ok", "MISS", or "" for what has no goal.
function report.verdict(check)
    if not check.least and not check.most then
        return ""
    end
    return report.passed(check) and "ok" or "MISS"
end

function report.goal(check)
    if check.least then
        return ("≥ %g"):format(check.least)
    elseif check.most then
        return ("≤ %g"):format(check.most)
    end
    return "-"
end

function report.value(check)
    if check.what == "ratio" then
        return ("%.2f"):format(check.value)
    end
    return scaled(check.value) .. (check.unit and " " .. check.unit or "")
end

function report.print(row, check)
    local sides = ""
    if check.ours then
        sides = ("%s : %s %s"):format(scaled(check.ours), scaled(check.peer), check.unit)
    end
    print(("%-22s %-34s %10s  %-8s %-5s %s"):format(row.name, check.what, report.value(check),
        report.goal(check), report.verdict(check), sides))
end

return report
