#pragma once
/// The commit that this was built from; empty where nobody said.
const char *cbuild_commit(void);
/// The libraries of C that are part of it, with their versions.
const char *cbuild_parts(void);
/// The version of the C library that it runs with.
const char *cbuild_runtime(void);
