/**
 * Reading logs that are kept in files, whoever wrote them: our own store, Docker's json-file and
 * its local format, with the files that a rotation has left. Nothing here writes.
 */
@NullMarked
package io.lighter.runtime.logs.read;

import org.jspecify.annotations.NullMarked;
