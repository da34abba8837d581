/// Stand-in.
package dev.adit.os.linux;
