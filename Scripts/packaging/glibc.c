// hypot and hypotf in the form that C libraries before 2.35 have too: the same numbers, and a program that runs there.
double older_hypot(double x, double y);
float older_hypotf(float x, float y);
#if defined(__x86_64__)
__asm__(".symver older_hypot, hypot@GLIBC_2.2.5");
__asm__(".symver older_hypotf, hypotf@GLIBC_2.2.5");
#elif defined(__aarch64__)
__asm__(".symver older_hypot, hypot@GLIBC_2.17");
__asm__(".symver older_hypotf, hypotf@GLIBC_2.17");
#endif
double hypot(double x, double y) { return older_hypot(x, y); }
float hypotf(float x, float y) { return older_hypotf(x, y); }
