/** Loaded into a node that a demonstration starts: the node stops in order when whoever started it is gone, however that went. */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// The line to the parent must not keep the node alive on its own.
process.channel?.unref();
