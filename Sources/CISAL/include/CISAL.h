#pragma once
#include <isa-l/igzip_lib.h>

/// Clears the upper halves of the vector registers, which ISA-L leaves behind in use.
///
/// While they are, every instruction of the SSE kind waits for the one before it, on any thread made since: the
/// kernel of SRTM took 6.2 µs a curve in place of 2.4.
void cisal_clear_vector_state(void);
