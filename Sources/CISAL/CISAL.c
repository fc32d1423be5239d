#include "CISAL.h"

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx"))) static void clear_upper(void) { _mm256_zeroupper(); }

void cisal_clear_vector_state(void) {
  if (__builtin_cpu_supports("avx")) clear_upper();
}
#else
void cisal_clear_vector_state(void) {}
#endif
