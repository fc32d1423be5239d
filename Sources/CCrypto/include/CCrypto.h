#pragma once
// These functions alone, without the library's providers: a program that is linked to all of it stays small.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
