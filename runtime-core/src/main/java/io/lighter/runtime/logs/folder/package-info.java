/**
 * What processes need that share the folder of a log: one of them may write, which a lock says, and
 * those that follow the log are woken when something has changed. What the files are is not known
 * here.
 */
@NullMarked
package io.lighter.runtime.logs.folder;

import org.jspecify.annotations.NullMarked;
