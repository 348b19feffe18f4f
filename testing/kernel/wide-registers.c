/*
 * Lets the test kernel run where processors have more registers than it knows of.
 *
 * User-mode Linux 6.1 keeps 2,696 bytes of a program's registers, all that a processor had before AMX.
 * A host takes them back only whole (ptrace(2), PTRACE_SETREGSET of NT_X86_XSTATE: 11,008 bytes with AMX),
 * and ends the kernel otherwise. So what it does not know of is taken from the program as it is, and is said
 * to be unused, as it is: in the test kernel nobody gets leave to use AMX. It is preloaded.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

/* Of the XSAVE area, Intel SDM volume 1, section 13.4: which components are in it. */
#define XSTATE_BV 512

/* x87 to PKRU: those within 2,696 bytes. */
#define KNOWN ((UINT64_C(1) << 10) - 1)

typedef long call(enum __ptrace_request, ...);

static long put_all(call *next, pid_t pid, const struct iovec *known)
{
  static _Alignas(64) char all[1 << 16];
  void *kind = (void *)(uintptr_t)NT_X86_XSTATE;
  struct iovec iov = {all, sizeof all};
  if (next(PTRACE_GETREGSET, pid, kind, &iov) != 0 || iov.iov_len <= known->iov_len)
    return next(PTRACE_SETREGSET, pid, kind, known);
  memcpy(all, known->iov_base, known->iov_len);
  uint64_t present;
  memcpy(&present, all + XSTATE_BV, sizeof present);
  present &= KNOWN;
  memcpy(all + XSTATE_BV, &present, sizeof present);
  return next(PTRACE_SETREGSET, pid, kind, &iov);
}

long ptrace(enum __ptrace_request request, ...)
{
  va_list arguments;
  va_start(arguments, request);
  pid_t pid = va_arg(arguments, pid_t);
  void *address = va_arg(arguments, void *);
  void *data = va_arg(arguments, void *);
  va_end(arguments);
  call *next = (call *)dlsym(RTLD_NEXT, "ptrace");
  if (request == PTRACE_SETREGSET && (uintptr_t)address == NT_X86_XSTATE)
    return put_all(next, pid, data);
  return next(request, pid, address, data);
}
