// These tests measure how fast the gateway notices a failure; side by side they would measure each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
