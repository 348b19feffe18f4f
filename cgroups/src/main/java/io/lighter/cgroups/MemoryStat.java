package io.lighter.cgroups;

/**
 * Keys of {@code memory.stat}: bytes, or counts of events since the cgroup was made. A kernel that
 * lacks one leaves it {@link CgroupStatistics#ABSENT}.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files">Control
 *     Group v2, Memory Interface Files</a>
 */
public enum MemoryStat {
  ANON,
  FILE,
  KERNEL,
  KERNEL_STACK,
  PAGETABLES,
  SEC_PAGETABLES,
  PERCPU,
  SOCK,
  VMALLOC,
  SHMEM,
  ZSWAP,
  ZSWAPPED,
  FILE_MAPPED,
  FILE_DIRTY,
  FILE_WRITEBACK,
  SWAPCACHED,
  ANON_THP,
  FILE_THP,
  SHMEM_THP,
  INACTIVE_ANON,
  ACTIVE_ANON,
  /** What Docker and Kubernetes subtract from {@code memory.current} to show the usage. */
  INACTIVE_FILE,
  ACTIVE_FILE,
  UNEVICTABLE,
  SLAB_RECLAIMABLE,
  SLAB_UNRECLAIMABLE,
  SLAB,
  WORKINGSET_REFAULT_ANON,
  WORKINGSET_REFAULT_FILE,
  WORKINGSET_ACTIVATE_ANON,
  WORKINGSET_ACTIVATE_FILE,
  WORKINGSET_RESTORE_ANON,
  WORKINGSET_RESTORE_FILE,
  WORKINGSET_NODERECLAIM,
  PSWPIN,
  PSWPOUT,
  PGSCAN,
  PGSTEAL,
  PGFAULT,
  PGMAJFAULT,
  PGREFILL,
  PGACTIVATE,
  PGDEACTIVATE,
  PGLAZYFREE,
  PGLAZYFREED,
  ZSWPIN,
  ZSWPOUT,
  THP_FAULT_ALLOC,
  THP_COLLAPSE_ALLOC
}
