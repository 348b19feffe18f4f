/*
 * What a container does that writes a log: numbered lines of one size, as fast as it can or at a
 * fixed rate, and how long each write(2) kept it.
 *
 *   logwriter CONTROL LINES LINE_BYTES WRITE_BYTES RATE
 *
 * CONTROL is a folder with a FIFO `go`: a byte in it starts the writing, its end ends the program.
 * So neither start nor end of a container is in what is measured. When all is written there is a
 * file `result` in CONTROL:
 *
 *   span BEGIN END        CLOCK_MONOTONIC in ns, of the first write's begin and the last one's end
 *   VALUE COUNT           the histogram, a line for each value in ns that occurred
 *
 * LINE_BYTES has the newline in it. WRITE_BYTES is how much a write(2) has; at most LINE_BYTES
 * makes it a line a write. RATE is lines a second; 0 is no pause at all. At a rate a write is due
 * at a fixed instant and timed from then, so one that has to wait delays none of the times behind
 * it (no coordinated omission). The program sleeps until the instant, and what the kernel is late to
 * wake it is in the time, of every subject alike. Without a rate a write is timed from its own begin.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

/* Values to three digits: 2048 linear places for each power of two. */
#define PLACES_BITS 11
#define PLACES (1u << PLACES_BITS)
#define POWERS 40

/* `#0000000042 ` stands at the begin of each line. */
#define DIGITS 10
#define PREFIX (1 + DIGITS + 1)

static uint64_t counts[POWERS][PLACES];

static uint64_t now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void sleep_until(uint64_t due)
{
  struct timespec t = { (time_t)(due / 1000000000u), (long)(due % 1000000000u) };
  while (now() < due)
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

static void record(uint64_t nanos)
{
  unsigned power = 0;
  while (nanos >> power >= PLACES)
    power++;
  counts[power < POWERS ? power : POWERS - 1][nanos >> power & (PLACES - 1)]++;
}

static void die(const char *what)
{
  fprintf(stderr, "logwriter: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void put_number(char *line, uint64_t number)
{
  for (int i = DIGITS; i > 0; i--) {
    line[i] = (char)('0' + number % 10);
    number /= 10;
  }
}

static void fill(char *block, uint64_t lines, size_t size)
{
  static const char text[] = "GET /api/v1/items?page=3 took 12 ms and answered 200 to a client; ";
  for (uint64_t i = 0; i < lines; i++) {
    char *line = block + i * size;
    line[0] = '#';
    line[PREFIX - 1] = ' ';
    for (size_t at = PREFIX; at < size - 1; at++)
      line[at] = text[(at - PREFIX) % (sizeof text - 1)];
    line[size - 1] = '\n';
  }
}

static void write_all(const char *bytes, size_t length)
{
  while (length > 0) {
    ssize_t n = write(STDOUT_FILENO, bytes, length);
    if (n < 0 && errno != EINTR)
      die("write");
    if (n > 0) {
      bytes += n;
      length -= (size_t)n;
    }
  }
}

static void write_result(const char *control, uint64_t begin, uint64_t end)
{
  char unready[4096], ready[4096];
  snprintf(unready, sizeof unready, "%s/result.new", control);
  snprintf(ready, sizeof ready, "%s/result", control);
  FILE *out = fopen(unready, "w");
  if (out == NULL)
    die(unready);
  fprintf(out, "span %lu %lu\n", (unsigned long)begin, (unsigned long)end);
  for (unsigned power = 0; power < POWERS; power++)
    for (unsigned place = 0; place < PLACES; place++)
      if (counts[power][place] > 0)
        fprintf(out, "%lu %lu\n", (unsigned long)place << power,
          (unsigned long)counts[power][place]);
  if (fclose(out) != 0 || rename(unready, ready) != 0)
    die(ready);
}

int main(int argc, char **argv)
{
  if (argc != 6) {
    fprintf(stderr, "usage: logwriter CONTROL LINES LINE_BYTES WRITE_BYTES RATE\n");
    return 2;
  }
  uint64_t lines = strtoull(argv[2], NULL, 10);
  size_t size = strtoull(argv[3], NULL, 10);
  size_t at_once = strtoull(argv[4], NULL, 10) / size;
  double rate = strtod(argv[5], NULL);
  if (lines == 0 || size < PREFIX + 1) {
    fprintf(stderr, "logwriter: a line has at least %d bytes\n", PREFIX + 1);
    return 2;
  }
  if (at_once == 0)
    at_once = 1;
  char *block = malloc(at_once * size);
  if (block == NULL)
    die("malloc");
  fill(block, at_once, size);
  char go[4096], byte;
  snprintf(go, sizeof go, "%s/go", argv[1]);
  int fifo = open(go, O_RDONLY | O_CLOEXEC);
  if (fifo < 0 || read(fifo, &byte, 1) != 1)
    die(go);
  prctl(PR_SET_TIMERSLACK, 1UL);
  uint64_t begin = now(), end = begin;
  for (uint64_t done = 0; done < lines; ) {
    uint64_t part = lines - done < at_once ? lines - done : at_once;
    for (uint64_t i = 0; i < part; i++)
      put_number(block + i * size, done + i);
    uint64_t due = now();
    if (rate > 0) {
      due = begin + (uint64_t)((double)done * 1e9 / rate);
      sleep_until(due);
    }
    write_all(block, part * size);
    end = now();
    record(end - due);
    done += part;
  }
  write_result(argv[1], begin, end);
  while (read(fifo, &byte, 1) > 0)
    ;
  return 0;
}
