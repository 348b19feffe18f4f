/* What one container is made of: read from a text file, one fact a line, before any clock runs. */
#ifndef LIGHTER_BENCH_PLAN_H
#define LIGHTER_BENCH_PLAN_H

#include <stdint.h>
#include <stddef.h>

#define MAX_ITEMS 512
#define MAX_MOUNTS 32

struct fs_mount {
  char *type;          /* file system name, and the source that mountinfo shows */
  char *target;        /* inside the root, without the leading slash */
  unsigned long flags; /* MS_* */
  char *data;          /* the file system's own options */
};

struct plan {
  uint64_t namespaces; /* CLONE_NEW* */
  char *lowers[MAX_ITEMS];
  int lower_count;
  int overlay; /* 0: the only lower is bound as the root */
  int volatile_upper;
  struct fs_mount mounts[MAX_MOUNTS];
  int mount_count;
  int devices; /* the default nodes and links of /dev */
  char *masked_files[MAX_ITEMS];
  int masked_file_count;
  char *masked_folders[MAX_ITEMS];
  int masked_folder_count;
  char *read_only[MAX_ITEMS];
  int read_only_count;
  char *hostname;
  char *cwd;
  int drop_capabilities;
  uint64_t capabilities;
  int no_new_privileges;
  unsigned short filter_length; /* BPF instructions */
  void *filter;
  char *cgroup_parent; /* null: no cgroup */
  char *args[MAX_ITEMS];
  int arg_count;
  char *env[MAX_ITEMS];
  int env_count;
};

/* Ends the program with a message when the file cannot be read or a line is not understood. */
void read_plan(const char *path, struct plan *plan);

#endif
