/**
 * JSON as plain values of Java, over the streams of Jackson: its tree of nodes took more of a short
 * command's time than all system calls together. A text is one of these:
 *
 * <ul>
 *   <li>an object: a {@code Map<String, Object>} in the order of the text
 *   <li>an array: a {@code List<Object>}
 *   <li>a string: a {@code String}
 *   <li>a whole number: a {@code Long}, or a {@code BigInteger} where that is too small
 *   <li>another number: a {@link io.lighter.runtime.json.Fraction}
 *   <li>{@code true} and {@code false}: a {@code Boolean}
 *   <li>{@code null}
 * </ul>
 */
@NullMarked
package io.lighter.runtime.json;

import org.jspecify.annotations.NullMarked;
