#pragma once
#include <isa-l/igzip_lib.h>

/// Bytes of scratch that level 1 compression asks for (a macro of sums, which Swift does not import).
static const unsigned int isal_level1_buffer_size = ISAL_DEF_LVL1_DEFAULT;
