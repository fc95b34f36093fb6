/*
 * The Lua module `process`: starting, watching and ending other programs, which standard Lua cannot
 * do. A thin skin over plat/process.h, so that the scenarios run wherever the programs do.
 *
 *   process.start{ argv = {"path", "argument"...}, output = "file" or nil, folder = "path" or nil }
 *       -> child, or nil and an error text
 *   process.now_ms()          milliseconds of a clock that never steps
 *
 *   child:pid()
 *   child:wait(ms)            its exit code (128 + a signal's number), or nil while it runs
 *   child:terminate() child:interrupt() child:kill() child:suspend() child:resume()
 *   child:write(text) child:close_stdin()
 *   child:read(ms)            text, or nil and "again", "end" or an error text
 *
 * A child that is closed (<close>) or collected is killed, so that none outlives a scenario.
 */
#include <lauxlib.h>
#include <lua.h>
#include <string.h>

#include "plat/clock.h"
#include "plat/process.h"
#include "process_lua.h"

#define CHILD_TYPE "process.child"

enum { ARGUMENTS_MAX = 256, READ_SIZE = 16384 };

int process_push_error(lua_State *L, int error)
{
    lua_pushnil(L);
    lua_pushstring(L, plat_error_text(error));
    return 2;
}

/* true, or nil and the error's text. */
static int push_result(lua_State *L, int error)
{
    if (error != 0)
        return process_push_error(L, error);
    lua_pushboolean(L, 1);
    return 1;
}

static struct plat_process *check_child(lua_State *L)
{
    struct plat_process **child = luaL_checkudata(L, 1, CHILD_TYPE);

    luaL_argcheck(L, *child != NULL, 1, "the process is closed");
    return *child;
}

static uint32_t check_milliseconds(lua_State *L, int at)
{
    lua_Integer ms = luaL_optinteger(L, at, 0);

    luaL_argcheck(L, ms >= 0 && ms <= 3600000, at, "milliseconds, at most an hour");
    return (uint32_t)ms;
}

static const char *optional_field(lua_State *L, const char *name)
{
    lua_getfield(L, 1, name); /* stays on the stack, so that the text stays valid */
    return luaL_optstring(L, -1, NULL);
}

/* Leaves the strings on the stack, which keeps them alive until the process was started. */
static void read_argv(lua_State *L, const char **argv)
{
    int table, count, i;

    lua_getfield(L, 1, "argv");
    luaL_checktype(L, -1, LUA_TTABLE);
    table = lua_gettop(L);
    count = (int)lua_rawlen(L, table);
    luaL_argcheck(L, count > 0 && count < ARGUMENTS_MAX, 1, "argv: too few or too many");
    luaL_checkstack(L, count, "argv");
    for (i = 0; i < count; i++) {
        lua_rawgeti(L, table, i + 1);
        argv[i] = luaL_checkstring(L, -1);
    }
    argv[count] = NULL;
}

static int process_start(lua_State *L)
{
    const char *argv[ARGUMENTS_MAX];
    struct plat_process_options options;
    struct plat_process **child;
    int error;

    luaL_checktype(L, 1, LUA_TTABLE);
    memset(&options, 0, sizeof options);
    read_argv(L, argv);
    options.argv = argv;
    options.output_path = optional_field(L, "output");
    options.folder = optional_field(L, "folder");

    child = lua_newuserdatauv(L, sizeof *child, 0);
    *child = NULL;
    luaL_setmetatable(L, CHILD_TYPE);
    error = plat_process_start(child, &options);
    if (error != 0)
        return process_push_error(L, error);
    return 1;
}

static int process_now_ms(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)plat_clock_now_ms());
    return 1;
}

static int child_close(lua_State *L)
{
    struct plat_process **child = luaL_checkudata(L, 1, CHILD_TYPE);

    plat_process_close(*child);
    *child = NULL;
    return 0;
}

static int child_pid(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)plat_process_id(check_child(L)));
    return 1;
}

static int child_wait(lua_State *L)
{
    struct plat_process *child = check_child(L);
    int exit_code = 0;
    int status = plat_process_wait(child, check_milliseconds(L, 2), &exit_code);

    if (status < 0)
        return process_push_error(L, status);
    if (status == PLAT_AGAIN)
        lua_pushnil(L);
    else
        lua_pushinteger(L, exit_code);
    return 1;
}

static int child_terminate(lua_State *L)
{
    return push_result(L, plat_process_terminate(check_child(L)));
}

static int child_interrupt(lua_State *L)
{
    return push_result(L, plat_process_interrupt(check_child(L)));
}

static int child_kill(lua_State *L)
{
    return push_result(L, plat_process_kill(check_child(L)));
}

static int child_suspend(lua_State *L)
{
    return push_result(L, plat_process_suspend(check_child(L)));
}

static int child_resume(lua_State *L)
{
    return push_result(L, plat_process_resume(check_child(L)));
}

static int child_write(lua_State *L)
{
    struct plat_process *child = check_child(L);
    size_t size;
    const char *data = luaL_checklstring(L, 2, &size);

    return push_result(L, plat_process_write(child, data, size));
}

static int child_close_stdin(lua_State *L)
{
    plat_process_close_stdin(check_child(L));
    return 0;
}

static int child_read(lua_State *L)
{
    struct plat_process *child = check_child(L);
    uint32_t timeout_ms = check_milliseconds(L, 2);
    char room[READ_SIZE];
    size_t got = 0;
    int status = plat_process_read(child, room, sizeof room, timeout_ms, &got);

    if (status == 0) {
        lua_pushlstring(L, room, got);
        return 1;
    }
    if (status < 0)
        return process_push_error(L, status);
    lua_pushnil(L);
    lua_pushstring(L, status == PLAT_AGAIN ? "again" : "end");
    return 2;
}

static const luaL_Reg child_methods[] = {
    {"pid", child_pid},
    {"wait", child_wait},
    {"terminate", child_terminate},
    {"interrupt", child_interrupt},
    {"kill", child_kill},
    {"suspend", child_suspend},
    {"resume", child_resume},
    {"write", child_write},
    {"close_stdin", child_close_stdin},
    {"read", child_read},
    {NULL, NULL},
};

static const luaL_Reg module_functions[] = {
    {"start", process_start},
    {"now_ms", process_now_ms},
    {NULL, NULL},
};

PROCESS_EXPORT int luaopen_process(lua_State *L)
{
    luaL_newmetatable(L, CHILD_TYPE);
    lua_pushcfunction(L, child_close);
    lua_setfield(L, -2, "__gc");
    lua_pushcfunction(L, child_close);
    lua_setfield(L, -2, "__close");
    luaL_newlib(L, child_methods);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
    luaL_newlib(L, module_functions);
    return 1;
}
