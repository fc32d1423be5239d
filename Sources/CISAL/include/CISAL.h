#pragma once
#include <isa-l/igzip_lib.h>

/// Clears the upper halves of the vector registers, which ISA-L leaves behind in use.
///
/// While they are, every instruction of the SSE kind waits for the one before it, on any thread made since: kernels ran
/// four times slower.
void cisal_clear_vector_state(void);
