-- Runs the benchmark: tests/bench/bench.sh, which builds first, or lua tests/bench/bench.lua --help

local here = arg[0]:match("^(.*)[/\\][^/\\]*$") or "."
package.path = ("%s/?.lua;%s/../../scripts/?.lua;%s"):format(here, here, package.path)
-- Closing the state collects, and so kills, every process that is left.
os.exit(require("run.main").run(arg, here), true)
