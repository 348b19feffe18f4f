/* A payload without a C library: its first instructions write the clock to standard output. */
#include <sys/syscall.h>

struct time { long seconds, nanoseconds; };

static long call(long number, long a, long b, long c) {
#if defined(__x86_64__)
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c)
                   : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  return x0;
#endif
}

_Noreturn void _start(void) {
  struct time time;
  call(SYS_clock_gettime, 1, (long)&time, 0);
  long nanoseconds = time.seconds * 1000000000 + time.nanoseconds;
  call(SYS_write, 1, (long)&nanoseconds, sizeof nanoseconds);
  for (;;) call(SYS_exit_group, 0, 0, 0);
}
