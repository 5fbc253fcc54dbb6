// Each test starts a cluster of five processes and measures time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
