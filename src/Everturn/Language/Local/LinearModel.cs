using System.Numerics;
using Everturn.Language.Projects;

namespace Everturn.Language.Local;

/// <summary>A linear classifier: multinomial logistic regression, trained by stochastic gradient descent in a fixed order.</summary>
/// <remarks>
/// Everything is computed in one order on one thread. Vectors of the processor only work on several classes side by side, never sum across
/// them, so their width does not show: the same examples give the same bits everywhere. There is no bias: without a known feature all classes are alike.
/// </remarks>
internal sealed class LinearModel
{
    private const float LearningRate = 4;

    // 128 MiB, where the classes fill their vectors.
    private const int MostWeights = 32 * 1024 * 1024;

    private readonly int _classes;

    // The weights of one feature for all classes lie side by side, filled up to whole vectors.
    private readonly int _width;
    private readonly float[] _weights;

    private LinearModel(int features, int classes)
    {
        _classes = classes;
        _width = (classes + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;
        if ((long)features * classes > MostWeights)
        {
            throw new LanguageProjectException(
                $"ET1124: the project is too large for the local recognizer: {features} words and pieces of words times {classes} intents or tags are more than {MostWeights} weights. Use fewer utterances or intents, or another recognizer.");
        }

        _weights = new float[features * _width];
    }

    public static LinearModel Train(IReadOnlyList<SparseVector> examples, IReadOnlyList<int> labels, int features, int classes, int epochs)
    {
        var model = new LinearModel(features, classes);
        var order = new ExampleOrder(examples.Count);
        var scores = new double[classes];
        var step = new float[model._width];
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            foreach (var example in order.Next())
            {
                model.Score(examples[example], scores);
                PortableMath.Softmax(scores);
                scores[labels[example]] -= 1;
                for (var label = 0; label < classes; label++) step[label] = LearningRate * (float)scores[label];
                model.Descend(examples[example], step);
            }
        }

        return model;
    }

    /// <summary>The classes' scores, from which softmax makes probabilities.</summary>
    public void Score(SparseVector vector, Span<double> scores)
    {
        Span<float> sums = stackalloc float[_width];
        sums.Clear();
        for (var feature = 0; feature < vector.Indexes.Length; feature++)
        {
            var weights = _weights.AsSpan(vector.Indexes[feature] * _width, _width);
            var value = new Vector<float>(vector.Values[feature]);
            for (var at = 0; at < _width; at += Vector<float>.Count)
            {
                (new Vector<float>(sums[at..]) + (value * new Vector<float>(weights[at..]))).CopyTo(sums[at..]);
            }
        }

        for (var label = 0; label < _classes; label++) scores[label] = sums[label];
    }

    private void Descend(SparseVector vector, ReadOnlySpan<float> step)
    {
        for (var feature = 0; feature < vector.Indexes.Length; feature++)
        {
            var weights = _weights.AsSpan(vector.Indexes[feature] * _width, _width);
            var value = new Vector<float>(vector.Values[feature]);
            for (var at = 0; at < _width; at += Vector<float>.Count)
            {
                (new Vector<float>(weights[at..]) - (value * new Vector<float>(step[at..]))).CopyTo(weights[at..]);
            }
        }
    }
}
