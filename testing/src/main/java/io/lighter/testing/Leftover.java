package io.lighter.testing;

/**
 * One thing that is there and was not before.
 *
 * @param entry which one, as its {@link Census} names it: {@code "4711 (sh) zombie"}
 */
public record Leftover(Resource resource, String entry) {

  @Override
  public String toString() {
    return resource + ": " + entry;
  }
}
