/*
 * What the compilers spell differently, and nothing about operating systems.
 */
#ifndef PLAT_COMPILER_H
#define PLAT_COMPILER_H

/* The argument numbers of a printf-like function's format and first value, counted from 1. gcc
 * calls C99's formats gnu_printf, because its plain printf means an older dialect on Windows. */
#if defined(__clang__)
#define PLAT_PRINTF(format_at, values_at) __attribute__((format(printf, format_at, values_at)))
#elif defined(__GNUC__)
#define PLAT_PRINTF(format_at, values_at) __attribute__((format(gnu_printf, format_at, values_at)))
#else
#define PLAT_PRINTF(format_at, values_at)
#endif

#endif
