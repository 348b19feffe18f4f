package io.lighter.runtime.seccomp;

import io.lighter.linux.Architecture;
import io.lighter.runtime.spec.Seccomp;
import io.lighter.runtime.spec.SeccompSyscall;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Keeps compiled filters, so that the thousandth container with a profile costs nothing.
 *
 * <p>A profile is a large graph of objects, so a hit first asks whether it is the very object that
 * was seen before: no hash, no allocation, no lock. Another object with the same content is hashed
 * once, and then known too. When the cache is full, a filter that was not asked for since the last
 * time leaves first.
 *
 * <p>Safe for all threads. Two threads that ask for the same new profile compile it once.
 */
public final class FilterCache {
  private static final int DEFAULT_CAPACITY = 64;

  private static final class Entry {
    final Seccomp profile;
    final Architecture architecture;
    final int hash;
    final SeccompProgram program;

    /** The last other object with the content of {@link #profile} that was asked for. */
    volatile Seccomp alias;

    /** Since the last look for one that can leave. */
    volatile boolean asked;

    Entry(Seccomp profile, Architecture architecture, int hash, SeccompProgram program) {
      this.profile = profile;
      this.architecture = architecture;
      this.hash = hash;
      this.program = program;
      this.alias = profile;
    }
  }

  private final int capacity;

  /** Replaced, never changed; the longest kept first. */
  private volatile Entry[] entries = {};

  /** Keeps the filters of 64 profiles. */
  public FilterCache() {
    this(DEFAULT_CAPACITY);
  }

  /**
   * Keeps the filters of {@code capacity} profiles, at least 1.
   *
   * @throws IllegalArgumentException if it is less
   */
  public FilterCache(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("the cache needs room for 1 filter, not " + capacity);
    }
    this.capacity = capacity;
  }

  /**
   * Returns the filter of {@code profile} as {@link SeccompCompiler#compile} makes it.
   *
   * @throws IllegalArgumentException as the compiler; nothing is kept then
   */
  public SeccompProgram get(Seccomp profile, Architecture architecture) {
    Entry known = findObject(profile, architecture);
    return known != null ? known.program : getByContent(profile, architecture);
  }

  /** Returns how many filters are kept. */
  public int size() {
    return entries.length;
  }

  @SuppressWarnings("ReferenceEquality") // that is the point
  private @Nullable Entry findObject(Seccomp profile, Architecture architecture) {
    for (Entry entry : entries) {
      if ((entry.profile == profile || entry.alias == profile)
          && entry.architecture == architecture) {
        if (!entry.asked) {
          entry.asked = true;
        }
        return entry;
      }
    }
    return null;
  }

  private synchronized SeccompProgram getByContent(Seccomp profile, Architecture architecture) {
    int hash = hash(profile);
    for (Entry entry : entries) {
      if (entry.hash == hash
          && entry.architecture == architecture
          && entry.profile.equals(profile)) {
        entry.alias = profile;
        entry.asked = true;
        return entry.program;
      }
    }
    SeccompProgram program = SeccompCompiler.compile(profile, architecture);
    Entry[] kept = entries.length < capacity ? entries : withoutOne(entries);
    Entry[] grown = Arrays.copyOf(kept, kept.length + 1);
    grown[kept.length] = new Entry(profile, architecture, hash, program);
    entries = grown;
    return program;
  }

  /**
   * Hashes the names only, in the order of the rules: profiles that differ have other names almost
   * always, and the hash of a text is remembered.
   */
  private static int hash(Seccomp profile) {
    int hash = profile.architectures().size();
    for (SeccompSyscall rule : profile.syscalls()) {
      hash = 31 * hash + rule.names().hashCode();
    }
    return hash;
  }

  /** Gives those that were asked for another round, and drops the first that was not. */
  private static Entry[] withoutOne(Entry[] full) {
    int round = 0;
    while (full[round % full.length].asked) {
      full[round++ % full.length].asked = false;
    }
    int dropped = round % full.length;
    Entry[] rest = new Entry[full.length - 1];
    for (int i = 0; i < rest.length; i++) {
      rest[i] = full[(dropped + 1 + i) % full.length];
    }
    return rest;
  }
}
