package io.lighter.runtime.logs.file;

/**
 * What Docker's json-file driver may be told.
 *
 * @param maxSize bytes after which the next line goes into a new file; {@link Long#MAX_VALUE} for
 *     no bound
 * @param maxFiles how many files there are at most, at least 1; of no effect without a size
 * @param compress whether all but the newest are compressed by gzip
 * @param attributes what each line carries, labels, variables of the environment and the tag, as
 *     the text of a JSON object; empty for none
 */
public record JsonFileOptions(long maxSize, int maxFiles, boolean compress, String attributes) {
  /** Checks them as moby does (daemon/logger/jsonfilelog and loggerutils). */
  public JsonFileOptions {
    if (maxSize < 1) {
      throw new IllegalArgumentException("max-size must be a positive number");
    }
    if (maxFiles < 1) {
      throw new IllegalArgumentException("max-file cannot be less than 1");
    }
    if (compress && (maxFiles < 2 || maxSize == Long.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "compress cannot be true when max-file is less than 2 or max-size is not set");
    }
  }

  /** One file without a bound, as Docker has it unless it is told otherwise. */
  public static JsonFileOptions unbounded() {
    return new JsonFileOptions(Long.MAX_VALUE, 1, false, "");
  }
}
